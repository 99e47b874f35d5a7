import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = resolve(fileURLToPath(new URL('../..', import.meta.url)));

/**
 * Returns the absolute path of a file that a person named on the command line. A relative path starts at the folder in which the person ran
 * the command. `npm run` starts a script in the folder of package.json, and passes the person's folder as `INIT_CWD`.
 */
export function callerPath(file: string): string {
  const folder = process.cwd();
  return resolve(folder === repository ? process.env['INIT_CWD'] || folder : folder, file);
}
