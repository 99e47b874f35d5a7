/**
 * The product with a deliberate bug: a copy of its source with one change, created in a temporary folder when a test needs it. Unchanged
 * folders are linked, not copied. The product itself has no switch for this.
 */
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Product } from './product.ts';

export interface Patch {
  /** Path in the repository: `lambda/scan/commit.ts`. */
  file: string;
  /** The exact source text, which must occur once. */
  find: string;
  replace: string;
}

/** These folders are copied; everything else is linked. */
const patchedFolders = [
  'lambda/accounts',
  'lambda/approvals',
  'lambda/attribution',
  'lambda/history',
  'lambda/pass',
  'lambda/scan',
  'cli/questions',
];

/** The file of each part of the product. */
const homes: Record<keyof Product, string> = {
  runFullScan: 'lambda/scan/full-scan.ts',
  runEventScan: 'lambda/scan/event-scan.ts',
  startPass: 'lambda/pass/start-pass.ts',
  scanAccount: 'lambda/pass/scan-account.ts',
  runCollector: 'lambda/pass/run-collector.ts',
  endPassBefore: 'lambda/pass/end-pass.ts',
  ReadError: 'lambda/history/read-errors.ts',
  buildTimeline: 'cli/questions/timeline.ts',
  stateAt: 'cli/questions/state-at.ts',
  exposureSpans: 'cli/questions/exposure-spans.ts',
  findOpenSpans: 'cli/questions/certainty-of-open-ports.ts',
  fleetStatus: 'cli/questions/fleet-status.ts',
};

const root = join(import.meta.dirname, '..', '..');

interface PatchedProduct extends Product {
  /** Deletes the copy. */
  remove(): void;
}

export async function loadPatchedProduct(patches: readonly Patch[]): Promise<PatchedProduct> {
  const texts = applyPatches(patches);
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'portwatch-patched-')));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  for (const parent of ['lambda', 'cli']) {
    mkdirSync(join(folder, parent));
    for (const name of readdirSync(join(root, parent))) {
      const path = join(parent, name);
      if (patchedFolders.includes(path)) cpSync(join(root, path), join(folder, path), { recursive: true });
      else symlinkSync(join(root, path), join(folder, path));
    }
  }
  const pathOf = (file: string) => join(folder, file);
  for (const [file, text] of texts) writeFileSync(pathOf(file), text);
  const load = (file: string) => import(pathToFileURL(pathOf(file)).href);
  const parts = Object.entries(homes).map(async ([name, file]) => [name, (await load(file))[name]]);
  return { ...Object.fromEntries(await Promise.all(parts)), remove: () => rmSync(folder, { recursive: true }) };
}

/** Applies patches to the texts of the product's own files. Throws if a patch does not fit. Changes no file on disk. */
export function applyPatches(patches: readonly Patch[]): Map<string, string> {
  const texts = new Map<string, string>();
  for (const { file, find, replace } of patches) {
    // A linked file is the original source, so it must not be changed.
    if (!patchedFolders.some((name) => file.startsWith(`${name}/`))) throw new Error(`${file} is not copied`);
    const text = texts.get(file) ?? readFileSync(join(root, file), 'utf8');
    const found = text.split(find).length - 1;
    if (found !== 1) throw new Error(`The patch of ${file} must fit once, and fits ${found} times: ${find}`);
    texts.set(
      file,
      text.replace(find, () => replace),
    );
  }
  return texts;
}
