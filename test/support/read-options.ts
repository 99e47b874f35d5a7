import { parseArgs } from 'node:util';

/**
 * Reads the options of a program of this repository from its arguments. `numbers`: the options that have a number of at least 0, with their
 * defaults; `null`: no default. `flags`: the options without a value. A wrong option ends the program with one sentence and code 2;
 * `--help` lists the options, and ends it with 0.
 */
export function readOptions<N extends Readonly<Record<string, number | null>>, F extends string>(
  numbers: N,
  flags: readonly F[],
): { [K in keyof N]: N[K] extends number ? number : number | null } & Record<F, boolean> {
  if (process.argv.slice(2).includes('--help')) return printHelp(numbers, flags);
  const texts = Object.keys(numbers).map((name) => [name, { type: 'string' as const }]);
  const booleans = flags.map((name) => [name, { type: 'boolean' as const }]);
  try {
    const parsed = parseArgs({ options: Object.fromEntries([...texts, ...booleans]) });
    const values: Record<string, unknown> = parsed.values;
    const read = Object.entries(numbers).map(([name, known]) => [name, readNumber(name, values[name], known)]);
    return Object.fromEntries([...read, ...flags.map((name) => [name, values[name] === true])]);
  } catch (error) {
    const [sentence = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    const known = [...Object.keys(numbers), ...flags].map((name) => `--${name}`).join(', ') || 'none';
    process.stderr.write(`${sentence.replace(/\.?$/, '.')} The options are: ${known}.\n`);
    return process.exit(2);
  }
}

function printHelp(numbers: Readonly<Record<string, number | null>>, flags: readonly string[]): never {
  const given = Object.entries(numbers).map(
    ([name, known]) => `--${name} <number>${known === null ? '' : ` (default ${known})`}`,
  );
  const lines = [...given, ...flags.map((name) => `--${name}`), '--help'];
  process.stdout.write(`Options:\n${lines.map((line) => `  ${line}\n`).join('')}`);
  return process.exit(0);
}

function readNumber(name: string, text: unknown, known: number | null): number | null {
  if (text === undefined) return known;
  const number = typeof text === 'string' && text.trim() !== '' ? Number(text) : Number.NaN;
  if (!(number >= 0)) throw new Error(`Option --${name} got ${JSON.stringify(text)}, expected a number of at least 0.`);
  return number;
}
