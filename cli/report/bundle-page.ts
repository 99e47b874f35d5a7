import { fileURLToPath } from 'node:url';
import { CommandError } from '../command-error.ts';

const entry = fileURLToPath(new URL('page/main.ts', import.meta.url));

/**
 * The page's script as one text: its own modules, and those of the product that it computes with, so that the page never has its own
 * idea of what an address or a network is. Throws CommandError where the bundler is not installed.
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
  // What would end the script element, wherever it may stand in a text of ours.
  return script.text.trim().replaceAll('</script', '<\\/script');
}

async function loadBundler() {
  try {
    return await import('esbuild');
  } catch (cause) {
    throw new CommandError('esbuild, which puts the page together, is not installed; run npm ci in this folder.', {
      cause,
    });
  }
}
