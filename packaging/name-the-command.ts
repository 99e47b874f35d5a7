import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/** The commands in the texts of a clone, each with its replacement in the texts of the installed package. */
const names: readonly (readonly [inClone: RegExp, installed: string])[] = [
  [/npm run (--silent )?portwatch -- /, 'portwatch '],
  [/npm run (--silent )?demo( --(?= ))?/, 'portwatch demo'],
  [/npm run (--silent )?template( --(?= ))?/, 'portwatch template'],
  [/npx cdk deploy -c email=you@example\.com/, 'docs/construct.md of this package'],
];

/**
 * Returns the texts with the names that the commands have in the installed package. The second column of a list keeps its position;
 * if the name leaves less than two spaces before that column, the column moves to the right.
 */
export function renameCommand(text: string): string {
  return text.split('\n').map(renameInLine).join('\n');
}

function renameInLine(line: string): string {
  const name = names.find(([inClone]) => inClone.test(line));
  if (name === undefined) return line;
  const [inClone, installed] = name;
  const [found] = inClone.exec(line) ?? [''];
  const start = line.indexOf(found);
  const columns = found.length - installed.length;
  const rest = line
    .slice(start + found.length)
    .replace(/ {3,}(?=\S)/, (gap) => ' '.repeat(Math.max(2, gap.length + columns)));
  return renameInLine(line.slice(0, start) + installed + rest);
}

/** In the installed package, the texts name the command `portwatch`. In a clone, they name it `npm run portwatch --`. */
export const nameTheCommand: Plugin = {
  name: 'name-the-command',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]cli[\\/][^?]*\.ts$/ }, async ({ path }) => ({
      contents: renameCommand(await readFile(path, 'utf8')),
      loader: 'ts',
    }));
  },
};
