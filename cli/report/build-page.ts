/** Builds one HTML file that contains its style, its script and its data, and that can load nothing else. */
import { createHash } from 'node:crypto';
import { loadPageScript, readPartOfPage } from './bundle-page.ts';
import type { ReportData } from './data/report-data.ts';

/** Throws CommandError in a clone without esbuild, and PackageError if a file of the page is missing. */
export async function buildPage(data: ReportData): Promise<string> {
  const style = readPartOfPage('page.css');
  const script = await loadPageScript();
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${renderPolicy(style, script)}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="referrer" content="no-referrer">',
    '<meta name="robots" content="noindex">',
    `<title>${renderTitle(data)}</title>`,
    `<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(icon)}">`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    readPartOfPage('body.html').trim(),
    `<script type="application/json" id="data">${renderData(data)}</script>`,
    `<script>${script}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

/**
 * Allows only this style, this script, and images inside the page. The policy names `base-uri` and `form-action`, because `default-src`
 * does not include them.
 */
function renderPolicy(style: string, script: string): string {
  return [
    "default-src 'none'",
    `style-src ${hashOf(style)}`,
    `script-src ${hashOf(script)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Only `<` can end the script element. The other characters are escaped so that the JSON is also safe as HTML text and as JavaScript. */
function renderData(data: ReportData): string {
  return JSON.stringify(data).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function renderTitle({ account, name, until }: ReportData): string {
  const day = new Date(until).toISOString().slice(0, 10);
  return `Portwatch: ${name ?? account}, ${day}`.replace(
    /[&<>"'\p{Cc}\p{Cf}]/gu,
    (character) => `&#${character.charCodeAt(0)};`,
  );
}

const icon =
  "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'><rect x='1' y='10' width='4' height='5' fill='#0b7285'/>" +
  "<rect x='6' y='6' width='4' height='9' fill='#b7791f'/><rect x='11' y='1' width='4' height='14' fill='#c2321d'/></svg>";
