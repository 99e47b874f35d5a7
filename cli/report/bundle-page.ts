import { fileURLToPath } from 'node:url';
import { CommandError } from '../command-error.ts';

const entry = fileURLToPath(new URL('page/main.ts', import.meta.url));

/**
 * Bundles the script of the page: its own modules and the modules of the product for addresses, networks and ports, which exist only
 * once. Throws CommandError if the bundler is not installed.
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
  // `</script` in a text of ours would end the script element.
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
