import { describe, expect, test } from '@jest/globals';
import { runPortwatch } from '../../cli/run-portwatch.ts';
import { buildTerminal } from '../../cli/text/terminal.ts';
import { type Ended, runCli } from './run-cli.ts';

/** Runs the command in this process: the same result, without the start of a new process. */
async function run(args: readonly string[]): Promise<Ended> {
  const said = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof said) => ({
    write: (text: string) => {
      said[name] += text;
    },
  });
  const terminal = buildTerminal({ stdout: stream('stdout'), stderr: stream('stderr') }, {});
  const code = await runPortwatch(args, terminal, new AbortController().signal);
  return { code, ...said };
}

describe('help', () => {
  test('the bare name shows what there is, with examples and exit codes, and is no error', async () => {
    const { code, stdout, stderr } = await runCli([]);
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

  test('--help says the same as the bare name', async () => {
    expect(await run(['--help'])).toEqual(await run([]));
  });

  test('a command has help of its own, with examples that can be pasted and what it needs of IAM', async () => {
    const { code, stdout } = await run(['scan', '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('npm run portwatch -- scan --profile prod --profile staging');
    expect(stdout).toContain('lightsail:GetRegions, lightsail:GetInstances and lightsail:GetInstancePortStates');
  });

  test('--version is one line', async () => {
    expect(await run(['--version'])).toEqual({ code: 0, stdout: '0.1.0\n', stderr: '' });
  });
});

describe('an argument that is not right ends with 2, one line on stderr, and nothing on stdout', () => {
  const advice = 'npm run portwatch -- --help lists the options.\n';

  test.each([
    ['a misspelt command', ['scna'], "portwatch: unknown command 'scna' (Did you mean scan?). "],
    ['an unknown command', ['frobnicate'], "portwatch: unknown command 'frobnicate'. "],
    ['a misspelt option', ['scan', '--regoin', 'x'], "portwatch: unknown option '--regoin' (Did you mean --region?). "],
    ['a stray word', ['scan', 'web-1'], "portwatch: too many arguments for 'scan'. Expected 0 arguments but got 1. "],
    ['an option without its value', ['scan', '--region'], "portwatch: option '--region <name>' argument missing. "],
    [
      'several regions in one',
      ['scan', '--region', 'eu-west-1,us-east-1'],
      "portwatch: option '--region <name>' argument 'eu-west-1,us-east-1' is invalid. Expected one region, such as eu-west-1; repeat --region for several. ",
    ],
    [
      'a severity that is none',
      ['scan', '--exit-code', 'awful'],
      "portwatch: option '--exit-code [severity]' argument 'awful' is invalid. Allowed choices are critical, high, medium, low, info. ",
    ],
  ])('%s', async (_, args, sentence) => {
    expect(await run(args)).toEqual({ code: 2, stdout: '', stderr: `${sentence}${advice}` });
  });

  test('the process says it as well', async () => {
    const { code, stderr } = await runCli(['scna']);
    expect([code, stderr]).toEqual([2, `portwatch: unknown command 'scna' (Did you mean scan?). ${advice}`]);
  });

  test('an argument with terminal escapes in it is shown without them', async () => {
    const { stderr } = await run(['scan\u001B[2J']);
    expect(stderr).toContain("unknown command 'scan\uFFFD[2J'");
  });
});
