import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PackageError } from '../../lib/package-error.ts';
import { CommandError } from '../command-error.ts';

/** Only a clone has this file. The installed package has `main.js`, which `npm run build` writes. */
const entry = fileURLToPath(new URL('page/main.ts', import.meta.url));

/** Throws CommandError in a clone without esbuild, and PackageError if the installed package has no `main.js`. */
export async function loadPageScript(): Promise<string> {
  return existsSync(entry) ? await bundlePage() : readPartOfPage('main.js');
}

/** Throws PackageError if the file does not exist. */
export function readPartOfPage(name: string): string {
  const file = fileURLToPath(new URL(`page/${name}`, import.meta.url));
  if (!existsSync(file)) throw new PackageError(file);
  return readFileSync(file, 'utf8');
}

/**
 * Builds the script of the page, with the modules of Portwatch for addresses, networks and ports. Throws CommandError if esbuild is not
 * installed.
 */
export async function bundlePage(): Promise<string> {
  const { build } = await loadBundler();
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    charset: 'ascii',
    legalComments: 'none',
    logLevel: 'silent',
  });
  const [script] = outputFiles;
  if (script === undefined) throw new Error('the bundler made nothing of the page');
  // `</script` in a text of the page's own code would end the script element.
  return script.text.trim().replaceAll('</script', '<\\/script');
}

async function loadBundler() {
  try {
    return await import('esbuild');
  } catch (cause) {
    throw new CommandError('esbuild, which builds the page, is not installed; run npm ci in this folder.', {
      cause,
    });
  }
}
