import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = resolve(fileURLToPath(new URL('../..', import.meta.url)));

/**
 * The absolute path of a file on the command line, relative to the folder of the person. `npm run` starts a script in the folder of
 * package.json, and passes the folder of the person as `INIT_CWD`.
 */
export function callerPath(file: string): string {
  const folder = process.cwd();
  return resolve(folder === repository ? process.env['INIT_CWD'] || folder : folder, file);
}
