import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, jest, test } from '@jest/globals';
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

test('the simulation does not run zero seeds because of a wrong number', () => {
  const program = fileURLToPath(new URL('../simulation/simulate.ts', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, '--seeds', 'many'], { encoding: 'utf8' });
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toContain('Option --seeds got "many", expected a number of at least 0.');
});
