import { describe, expect, test } from '@jest/globals';
import { runHere, startCli } from './run-cli.ts';

const run = (args: readonly string[]) => runHere(args);

describe('help', () => {
  test('without arguments the process prints the commands, examples and exit codes, and ends with 0', async () => {
    const { code, stdout, stderr } = await startCli([]).ended;
    expect(code).toBe(0);
    expect(stderr).toBe('');
    expect(stdout).toContain('Usage: portwatch');
    expect(stdout).toMatch(/^ {2}demo \[options\] +a demo on this machine/m);
    expect(stdout).toMatch(/^ {2}scan \[options\] +the current exposure of your instances/m);
    expect(stdout).toContain('npm run portwatch -- scan --profile prod');
    expect(stdout).toContain(
      'Exit codes: 0 success, 1 --exit-code found a match, or no subscriber has confirmed (test-alert), 2 an error',
    );
  });

  test('--help prints the same as no arguments', async () => {
    expect(await run(['--help'])).toEqual(await run([]));
  });

  test('a command has its own help, with examples that can be pasted and the IAM permissions that it needs', async () => {
    const { code, stdout } = await run(['scan', '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('npm run portwatch -- scan --profile prod --profile staging');
    expect(stdout).toContain('lightsail:GetRegions, lightsail:GetInstances and lightsail:GetInstancePortStates');
  });

  test('--version is one line', async () => {
    expect(await run(['--version'])).toEqual({ code: 0, stdout: '0.1.0\n', stderr: '' });
  });
});

describe('a wrong argument ends with 2, one line on stderr, and nothing on stdout', () => {
  const commands = 'npm run portwatch -- --help lists the commands.\n';
  const options = 'npm run portwatch -- scan --help lists the options.\n';

  test.each([
    ['a misspelt command', ['scna'], "portwatch: unknown command 'scna' (Did you mean scan?). ", commands],
    ['an unknown command', ['frobnicate'], "portwatch: unknown command 'frobnicate'. ", commands],
    ['a misspelt option', ['scan', '--regoin', 'x'], "portwatch: unknown option '--regoin' (Did you mean --region?). "],
    ['an option that is like no other one', ['scan', '--nope'], "portwatch: unknown option '--nope'. "],
    ['an option of the program', ['--nope'], "portwatch: unknown option '--nope'. ", commands],
    [
      'a misspelt option with its value',
      ['scan', '--regoin=x'],
      "portwatch: unknown option '--regoin=x' (Did you mean --region?). ",
    ],
    [
      'one argument too many',
      ['scan', 'web-1'],
      "portwatch: too many arguments for 'scan'. Expected 0 arguments but got 1. ",
    ],
    ['an option without its value', ['scan', '--region'], "portwatch: option '--region <name>' argument missing. "],
    [
      'several regions in one option',
      ['scan', '--region', 'eu-west-1,us-east-1'],
      "portwatch: option '--region <name>' argument 'eu-west-1,us-east-1' is invalid. Expected one region, such as eu-west-1 (aws lightsail get-regions lists those of Lightsail); repeat --region for several. ",
    ],
    [
      'an unknown severity',
      ['scan', '--exit-code', 'awful'],
      "portwatch: option '--exit-code [severity]' argument 'awful' is invalid. Allowed choices are critical, high, medium, low, info. ",
    ],
  ])('%s', async (_, args, sentence, advice = options) => {
    expect(await run(args)).toEqual({ code: 2, stdout: '', stderr: `${sentence}${advice}` });
  });

  test('every command names an unknown option first, and the help that lists its options', async () => {
    const names = [...(await run(['--help'])).stdout.matchAll(/^ {2}([a-z-]+) \[options\]/gm)].map(
      ([, name = '']) => name,
    );
    expect(names.length).toBeGreaterThan(15);
    for (const name of names)
      expect(await run([name, '--nope'])).toEqual({
        code: 2,
        stdout: '',
        stderr: `portwatch: unknown option '--nope'. npm run portwatch -- ${name} --help lists the options.\n`,
      });
  });

  test('the process ends the same way', async () => {
    const { code, stderr } = await startCli(['scna']).ended;
    expect([code, stderr]).toEqual([2, `portwatch: unknown command 'scna' (Did you mean scan?). ${commands}`]);
  });

  test('an argument with terminal escapes is printed without them', async () => {
    const { stderr } = await run(['scan\u001B[2J']);
    expect(stderr).toContain("unknown command 'scan\uFFFD[2J'");
  });
});
