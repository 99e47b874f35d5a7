import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** Returns the licences of all packages whose code is in `dist/`. Packages with the same licence text share one copy. */
export async function collectLicences(repository: string, metafiles: readonly Metafile[]): Promise<string> {
  const folders = new Set(metafiles.flatMap(({ inputs }) => Object.keys(inputs).flatMap(packageFolder)));
  const byText = new Map<string, string[]>();
  for (const folder of [...folders].sort()) {
    const { name, version, license } = JSON.parse(await readFile(join(repository, folder, 'package.json'), 'utf8'));
    const text = (await readLicence(join(repository, folder))) ?? `Licence: ${license}\n`;
    byText.set(text, [...(byText.get(text) ?? []), `${name} ${version}`]);
  }
  return [...byText]
    .map(([text, names]) => `${[...new Set(names)].join(', ')}\n\n${text.trim()}\n`)
    .join(`\n${'-'.repeat(80)}\n\n`);
}

/** Returns `node_modules/@smithy/core` for `node_modules/@smithy/core/dist-es/index.js`, and an empty list for a file of Portwatch. */
function packageFolder(file: string): string[] {
  const found = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file);
  return found ? [found[0]] : [];
}

async function readLicence(folder: string): Promise<string | null> {
  const name = (await readdir(folder)).find((file) => /^licen[cs]e/i.test(file));
  return name === undefined ? null : readFile(join(folder, name), 'utf8');
}
