import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, jest, test } from '@jest/globals';
import packageJson from '../../package.json' with { type: 'json' };
import { depth } from './depth.ts';
import { readOptions } from './read-options.ts';

const { argv } = process;
const read = (...args: string[]) => {
  process.argv = [...argv.slice(0, 2), ...args];
  return readOptions({ seeds: 10, seed: null }, ['json']);
};

afterEach(() => {
  process.argv = argv;
  jest.restoreAllMocks();
});

test('options that are not given have their defaults', () => {
  expect(read()).toEqual({ seeds: 10, seed: null, json: false });
  expect(read('--seeds', '0', '--json', '--seed=7')).toEqual({ seeds: 0, seed: 7, json: true });
});

test.each([
  [['--frob'], /^Unknown option '--frob'.* The options are: --seeds, --seed, --json\.\n$/],
  [['12'], /^Unexpected argument '12'.* The options are: --seeds, --seed, --json\.\n$/],
  [['--seeds', 'ten'], /^Option --seeds got "ten", expected a number of at least 0\. The options are: /],
  [['--seeds', ''], /^Option --seeds got "", expected a number of at least 0\. /],
])('%j ends with 2 and one sentence', (args, sentence) => {
  jest.spyOn(process, 'exit').mockImplementation((code) => {
    throw new Error(`exit ${code}`);
  });
  const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  expect(() => read(...args)).toThrow('exit 2');
  expect(write.mock.calls).toEqual([[expect.stringMatching(sentence)]]);
});

test('--help lists the options with their defaults, and ends with 0', () => {
  jest.spyOn(process, 'exit').mockImplementation((code) => {
    throw new Error(`exit ${code}`);
  });
  const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  expect(() => read('--help')).toThrow('exit 0');
  expect(write.mock.calls).toEqual([
    ['Options:\n  --seeds <number> (default 10)\n  --seed <number>\n  --json\n  --help\n'],
  ]);
});

/** The programs of package.json that are neither the command nor Jest. */
const programs = Object.values<string>(packageJson.scripts).flatMap(
  (script) => /((?:bench|test|packaging)\/[\w/-]+\.ts)$/.exec(script)?.[1] ?? [],
);

test.each(programs)('%s refuses an option that it does not know', (program) => {
  expect(programs.length).toBeGreaterThan(10);
  const path = fileURLToPath(new URL(`../../${program}`, import.meta.url));
  // Starting each program takes long.
  if (depth({ quick: true, full: false })) return expect(readFileSync(path, 'utf8')).toMatch(/readOptions\(/);
  const { status, stdout, stderr } = spawnSync(process.execPath, [path, '--nope'], { encoding: 'utf8' });
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^Unknown option '--nope'.* The options are: /);
});

test('the simulation does not run zero seeds because of a wrong number', () => {
  const program = fileURLToPath(new URL('../simulation/simulate.ts', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, '--seeds', 'many'], { encoding: 'utf8' });
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toContain('Option --seeds got "many", expected a number of at least 0.');
});
