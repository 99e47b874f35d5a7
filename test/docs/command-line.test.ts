/** docs/command-line.md: its examples are real answers of the commands, and it contains every command, option and field. */
import { describe, expect, test } from '@jest/globals';
import { buildProgram } from '../../cli/build-program.ts';
import { buildTerminal } from '../../cli/text/terminal.ts';
import { startSampleAccount } from '../cli/deployed-account.ts';
import { closeAfterTests } from '../support/close-after-tests.ts';
import { readDocument } from './document.ts';

const { text } = readDocument('docs/command-line.md');

/** Each command of the document, and the JSON below it. */
const examples = [...text.matchAll(/```sh\nnpm run --silent portwatch -- (.*)\n```\n\n```json\n([\s\S]*?)\n```/g)].map(
  ([, command = '', json = '']): [string, unknown] => [command, JSON.parse(json)],
);

const deployed = await closeAfterTests(startSampleAccount());

const stream = { write: () => true };
const context = {
  terminal: buildTerminal({ stdout: stream, stderr: stream }, {}),
  interrupted: new AbortController().signal,
  isDebug: false,
  endWith: () => undefined,
  clockOffsetMs: 0,
};
const { commands } = buildProgram(context);

describe('the document of the command line', () => {
  test('shows every schema of a question by an example', () => {
    const shown = examples.map(([, json]) => Reflect.get(Object(json), 'schema'));
    expect([...new Set(shown)].sort()).toEqual(
      ['at', 'diff', 'export', 'exposed', 'history', 'status'].map((name) => `portwatch.${name}/1`),
    );
  });

  test.each(examples)('%s answers what it shows', async (command, shown) => {
    const { code, stdout } = await deployed.run(...command.split(' '));
    expect(code).toBe(0);
    const answer = JSON.parse(stdout);
    // The time of the answer differs in every run.
    for (const field of ['askedAt', 'exportedAt']) if (field in answer) answer[field] = '2026-11-23T06:00:00.000Z';
    expect(answer).toEqual(shown);
  });

  test('names every field of an export, and of the deployed scan', async () => {
    const { stdout } = await deployed.run('export');
    const fields = JSON.parse(stdout).records.flatMap(Object.keys);
    expect([...new Set<string>(fields)].filter((field) => !text.includes(`\`${field}\``))).toEqual([]);
    for (const field of ['skipped', 'functionName', 'scan', 'changes']) expect(text).toContain(`\`${field}\``);
  });

  test('names every command and where each option of a deployment is explained', () => {
    const named = [...text.matchAll(/^\| `([a-z-]+)[^`]*` \|/gm)].map(([, name]) => name);
    expect(commands.map((command) => command.name()).filter((name) => !named.includes(name))).toEqual([]);
    const options = commands.flatMap((command) => command.options.map(({ long }) => long ?? ''));
    const own = [
      '--table',
      '--stack',
      '--stack-region',
      '--profile',
      '--function',
      '--zone',
      '--utc',
      '--json',
      '--exit-code',
    ];
    expect(own.filter((option) => !options.includes(option) || !text.includes(option))).toEqual([]);
  });
});
