/** Values that people gave, as a problem shows them. A URL is not shown: the URL of a webhook is a secret. */

const longestGot = 80;
/** From the URL to the end of its text: a URL can be cut by a space. A host of Slack counts also without `https:`. */
const urls = /(?:https?:|hooks\.slack).*/is;

/** `nothing` for undefined. Cuts a long value. */
export function renderGot(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = renderWithoutUrls(value);
  return text.length > longestGot ? `${text.slice(0, longestGot)}…` : text;
}

/** The value as JSON, with `a URL` in place of each URL: in a text, a list, an object, and in the keys of an object. */
export function renderWithoutUrls(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).replace(/"(?:[^"\\]|\\.)*"/g, (quoted) => {
    const text: string = JSON.parse(quoted);
    if (!urls.test(text)) return quoted;
    const hidden = hideUrl(text);
    return hidden.trim() === 'a URL' ? 'a URL' : JSON.stringify(hidden);
  });
}

/** `a URL` in place of the URL in `text`, and of what follows. */
export const hideUrl = (text: string): string => text.replace(urls, 'a URL');
