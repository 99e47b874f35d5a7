/** Reads the documents for their tests: headings, links, tables and code, by GitHub's rules. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../..', import.meta.url));

interface Document {
  /** Path in the repository. */
  file: string;
  text: string;
}

export function readDocument(file: string): Document {
  return { file, text: readFileSync(join(repository, file), 'utf8') };
}

/** README.md and every page of docs/. */
export function readDocuments(): Document[] {
  const pages = readdirSync(join(repository, 'docs')).filter((name) => name.endsWith('.md'));
  return ['README.md', ...pages.map((name) => `docs/${name}`)].map(readDocument);
}

export const isInRepository = (path: string): boolean => existsSync(join(repository, path));

/** The text without fenced code blocks, which contain no heading, link or table. */
export function withoutCode(text: string): string {
  // A closing fence is alone on its line, because a block may contain a line that begins with a fence.
  return text.replace(/^(```|~~~)[\s\S]*?^\1[ \t]*$/gm, '');
}

/** The text under a heading of level 2 or 3, up to the next heading of these levels. */
export function sectionOf(text: string, heading: string): string {
  const [, after = ''] = text.split(new RegExp(`^#{2,3} ${heading}\n`, 'm'));
  return after.split(/^#{2,3} /m)[0] ?? '';
}

/** Whole fenced blocks; `language` is the word after the opening fence. */
export function codeBlocks(text: string): { language: string; code: string }[] {
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```[ \t]*$/gm)].map(([, language = '', code = '']) => ({
    language,
    code,
  }));
}

/** The anchors of a page on GitHub: those of its headings, and explicit ones. */
export function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of withoutCode(text).matchAll(/^#{1,6} +(.+?) *$/gm)) {
    const slug = slugOf(heading);
    let anchor = slug;
    for (let again = 1; anchors.has(anchor); again += 1) anchor = `${slug}-${again}`;
    anchors.add(anchor);
  }
  for (const [, anchor = ''] of text.matchAll(/<a (?:id|name)="([^"]+)"/g)) anchors.add(anchor);
  return anchors;
}

function slugOf(heading: string): string {
  const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
  return words
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, '')
    .replaceAll(' ', '-');
}

/** Targets of links and pictures, as they are written. */
export function linksOf(text: string): string[] {
  const prose = withoutCode(text).replace(/`[^`\n]*`/g, '');
  const links = [
    ...prose.matchAll(/\]\(([^)\s]+)(?: "[^"]*")?\)/g),
    ...prose.matchAll(/\b(?:src|srcset|href)="([^"]+)"/g),
  ];
  return links.map(([, target = '']) => target);
}

/** The cells of every table row, without headers and separators; `\|` is a bar. */
export function tableRows(text: string): string[][] {
  const lines = withoutCode(text).split('\n');
  const isLine = (line: string | undefined) => /^\|[\s:|-]+\|$/.test(line ?? '');
  return lines
    .filter((line, i) => line.startsWith('|') && !isLine(line) && !isLine(lines[i + 1]))
    .map((line) =>
      line
        .slice(1, line.lastIndexOf('|'))
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim().replaceAll('\\|', '|')),
    );
}

/** The texts in backticks. */
export function codeSpans(text: string): string[] {
  return [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
}
