/** Renders values that people gave, for messages about problems. A URL is not shown, because the URL of a webhook is a secret. */

const longestGot = 80;
/**
 * Matches from the start of a URL to the end of the text, because a space can divide a URL. Also matches a host of Slack without `https:`.
 */
const urls = /(?:https?:|hooks\.slack).*/is;

/** Renders a given value as JSON, without URLs, and cut after 80 characters. `undefined` becomes `nothing`. */
export function renderGot(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = renderWithoutUrls(value);
  return text.length > longestGot ? `${text.slice(0, longestGot)}…` : text;
}

/** Renders the value as JSON, with `a URL` in place of each URL: in a text, a list, an object, and in the keys of an object. */
export function renderWithoutUrls(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).replace(/"(?:[^"\\]|\\.)*"/g, (quoted) => {
    const text: string = JSON.parse(quoted);
    if (!urls.test(text)) return quoted;
    const hidden = hideUrl(text);
    return hidden.trim() === 'a URL' ? 'a URL' : JSON.stringify(hidden);
  });
}

/** Replaces the URL in `text`, and all text after the URL, by `a URL`. */
export const hideUrl = (text: string): string => text.replace(urls, 'a URL');
