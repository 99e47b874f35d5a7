/**
 * The product with a deliberate bug: its modules with one change, loaded once more when a test needs them. Only the changed modules and those
 * that import them are loaded again. No file on disk is changed, and the product itself has no switch for this.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Product } from './product.ts';

export interface Patch {
  /** Path in the repository: `lambda/scan/commit.ts`. */
  file: string;
  /** The exact source text, which must occur once. */
  find: string;
  replace: string;
}

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

let copies = 0;

export async function loadPatchedProduct(patches: readonly Patch[]): Promise<Product> {
  const texts = applyPatches(patches);
  const loadedAgain = new Set([...texts.keys()].flatMap((file) => [file, ...listImporters(file)]).map(urlOf));
  copies += 1;
  const mark = `?patched=${copies}`;
  const markedUrl = (url: string) => (loadedAgain.has(url) ? `${url}${mark}` : url);
  const hooks = registerHooks({
    resolve: (specifier, context, next) => {
      const resolved = next(specifier, context);
      return context.parentURL?.endsWith(mark) ? { ...resolved, url: markedUrl(resolved.url) } : resolved;
    },
    load: (url, context, next) => {
      const text = url.endsWith(mark) ? texts.get(fileOf(url)) : undefined;
      return text === undefined
        ? next(url, context)
        : { format: 'module-typescript', source: text, shortCircuit: true };
    },
  });
  try {
    const parts = Object.entries(homes).map(async ([name, file]) => [
      name,
      (await import(markedUrl(urlOf(file))))[name],
    ]);
    return Object.fromEntries(await Promise.all(parts));
  } finally {
    hooks.deregister();
  }
}

const urlOf = (file: string) => pathToFileURL(join(root, file)).href;

/** The path in the repository. */
const fileOf = (url: string) => fileURLToPath(url).slice(root.length + 1);

/** By file of the product: the files that import it. */
let importersOf: Map<string, string[]> | null = null;

/** The files of the product that import a file, and those that import these, and so on. */
function listImporters(file: string): Set<string> {
  importersOf ??= readImporters();
  const found = new Set<string>();
  const waiting = [file];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop())
    for (const importer of importersOf.get(next) ?? []) {
      if (!found.has(importer)) waiting.push(importer);
      found.add(importer);
    }
  return found;
}

function readImporters(): Map<string, string[]> {
  const importers = new Map<string, string[]>();
  for (const folder of ['lambda', 'cli/questions'])
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ts')) continue;
      const file = join(folder, name);
      for (const [, target = ''] of readFileSync(join(root, file), 'utf8').matchAll(/\bfrom '(\.[^']+)'/g)) {
        const imported = join(dirname(file), target);
        importers.set(imported, [...(importers.get(imported) ?? []), file]);
      }
    }
  return importers;
}

/** Applies patches to the texts of the product's own files. Throws if a patch does not fit. Changes no file on disk. */
export function applyPatches(patches: readonly Patch[]): Map<string, string> {
  const texts = new Map<string, string>();
  for (const { file, find, replace } of patches) {
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
