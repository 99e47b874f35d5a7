import type { SSMClient } from '@aws-sdk/client-ssm';
import { expect, test } from '@jest/globals';
import { ParameterReader } from '../../lambda/adapters/ssm-parameter.ts';

/** A reader whose calls give these answers in their order (an Error is a failure), and the inputs of the calls. */
function buildReader(answers: unknown[], cacheMs?: number) {
  const inputs: unknown[] = [];
  const send = async ({ input }: { input: unknown }) => {
    inputs.push(input);
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return { Parameter: { Value: answer } };
  };
  const client: Pick<SSMClient, 'send'> = { send };
  const time = { now: 1_000 };
  const options = { now: () => time.now, ...(cacheMs === undefined ? {} : { cacheMs }) };
  return { reader: new ParameterReader(client as SSMClient, options), inputs, time };
}

const failed = (name: string) => Object.assign(new Error('no'), { name });

test('a parameter is read decrypted, without the blanks around it', async () => {
  const { reader, inputs } = buildReader([' secret\n']);
  expect(await reader.load('/portwatch/slack')).toBe('secret');
  expect(inputs).toEqual([{ Name: '/portwatch/slack', WithDecryption: true }]);
});

test.each([
  [undefined, 300_000],
  [2_000, 2_000],
])('with a cache of %p ms a value is used for %i ms, each parameter for itself', async (cacheMs, lastsMs) => {
  const { reader, inputs, time } = buildReader(['old', 'other', 'new'], cacheMs);
  expect(await reader.load('a')).toBe('old');
  time.now += lastsMs - 1;
  expect([await reader.load('a'), await reader.load('b')]).toEqual(['old', 'other']);
  time.now += 1;
  expect(await reader.load('a')).toBe('new');
  expect(inputs).toHaveLength(3);
});

test('a value that was forgotten is read again, the others are not', async () => {
  const { reader } = buildReader(['old', 'other', 'new']);
  await reader.load('a');
  await reader.load('b');
  reader.forget('a');
  expect([await reader.load('a'), await reader.load('b')]).toEqual(['new', 'other']);
});

const create = "Create it as a SecureString that holds the webhook's URL.";
test.each([
  ['no value', undefined, `The SSM parameter a is empty. ${create}`],
  ['a blank value', ' \n', `The SSM parameter a is empty. ${create}`],
  [
    'no parameter',
    failed('ParameterNotFound'),
    `The SSM parameter a can not be read (ParameterNotFound: no). ${create}`,
  ],
  [
    'a denied call',
    failed('AccessDeniedException'),
    'The SSM parameter a can not be read (AccessDeniedException: no). The function needs ssm:GetParameter on it.',
  ],
  [
    'another failure',
    failed('TimeoutError'),
    'The SSM parameter a can not be read (TimeoutError: no). The next attempt reads the parameter again.',
  ],
])('%s is an error that says what to do, and the next load tries again', async (_, answer, message) => {
  const { reader } = buildReader([answer, 'value']);
  await expect(reader.load('a')).rejects.toMatchObject({ name: 'Error', message });
  expect(await reader.load('a')).toBe('value');
});
