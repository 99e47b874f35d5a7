/** The question before a command changes something: only a person who types yes agrees. */
import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import { requireConsent } from '../../cli/require-consent.ts';
import { buildTerminal, type InputStream } from '../../cli/text/terminal.ts';

async function answerOf(stdin: (InputStream & PassThrough) | undefined, answer: string, isInterrupted = false) {
  const stream = { write: () => true };
  const terminal = buildTerminal({ stdout: stream, stderr: stream, ...(stdin && { stdin }) }, {});
  const interruption = new AbortController();
  if (isInterrupted) interruption.abort();
  stdin?.end(answer);
  const asking = requireConsent('Type yes: ', 'Nothing was changed.', { terminal, interrupted: interruption.signal });
  return asking.then(
    () => 'yes',
    (error: Error) => error.message,
  );
}

const terminalInput = () => Object.assign(new PassThrough(), { isTTY: true });

test.each(['yes\n', 'y\n', ' Yes \n'])('%j agrees', async (answer) => {
  expect(await answerOf(terminalInput(), answer)).toBe('yes');
});

const nobody = 'Nobody can answer, because stdin is no terminal; expected --yes. Nothing was changed.';
const isNo = 'The answer was not yes. Nothing was changed.';

test.each<[string, (InputStream & PassThrough) | undefined, string, string]>([
  ['there is no input', undefined, '', nobody],
  ['yes comes from a file', new PassThrough(), 'yes\n', nobody],
  ['the answer is no', terminalInput(), 'no\n', isNo],
  ['the answer only begins with yes', terminalInput(), 'yesterday\n', isNo],
  ['the input ends', terminalInput(), '', isNo],
])('if %s, nobody agrees', async (_title, stdin, answer, sentence) => {
  expect(await answerOf(stdin, answer)).toBe(sentence);
});

test('Ctrl-C is no consent', async () => {
  expect(await answerOf(terminalInput(), 'yes\n', true)).toBe('Nothing was changed.');
});
