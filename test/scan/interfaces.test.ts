import { expect, test } from '@jest/globals';
import { ReadError, toReadError } from '../../lambda/history/read-errors.ts';

const throttled = new ReadError('throttled', 'Rate exceeded');
const denied = new ReadError('access-denied', 'not authorized');
const bug = new TypeError('x is undefined');
const outOfTime = { reason: 'out-of-time', message: 'the scan ran out of time' };

test.each<[string, unknown, boolean, object]>([
  ['a throttled request', throttled, false, throttled],
  ['a request that was throttled until the time was over', throttled, true, throttled],
  ['a refused request', denied, false, denied],
  ['a refused request after the time was over', denied, true, { ...outOfTime, cause: denied }],
  ['an unexpected error', bug, false, { reason: 'unexpected', message: 'TypeError: x is undefined', cause: bug }],
  ['an unexpected error after the time was over', bug, true, { ...outOfTime, cause: bug }],
])('%s', (_, error, isOver, expected) => {
  const signal = isOver ? AbortSignal.abort() : new AbortController().signal;
  const read = toReadError(error, signal);
  expect(read).toBeInstanceOf(ReadError);
  expect(read).toMatchObject(expected);
  if (expected instanceof ReadError) expect(read).toBe(expected);
});

test('a message is cut after 300 characters', () => {
  expect(new ReadError('unexpected', 'x'.repeat(301)).message).toBe('x'.repeat(300));
});
