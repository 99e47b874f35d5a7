import { expect, test } from '@jest/globals';
import { RegionalRates } from '../../lambda/adapters/regional-rates.ts';
import { ReadError } from '../../lambda/history/read-errors.ts';

/** Rates on a clock that only `sleep` moves, and the list of waits. */
function buildRates(atOnce = 5) {
  const slept: number[] = [];
  const time = { now: 1_000_000 };
  const sleep = async (ms: number, signal: AbortSignal) => {
    signal.throwIfAborted();
    slept.push(ms);
    time.now += ms;
  };
  return { rates: new RegionalRates(atOnce, { clock: () => time.now, sleep }), slept, time };
}

const patient = new AbortController().signal;
const throttled = () => new ReadError('throttled', 'slow down');

/** Each call returns the next result; an Error is thrown. The clock advances by 40 ms. */
function answer(time: { now: number }, ...results: unknown[]) {
  return async () => {
    time.now += 40;
    const result = results.shift();
    if (result instanceof Error) throw result;
    return result;
  };
}

test('a throttled request is sent again, each time after a longer wait, and an answer makes the waits shorter', async () => {
  const { rates, slept, time } = buildRates();
  const request = answer(time, throttled(), throttled(), throttled(), 'a', 'b', 'c');
  expect(await rates.send('eu-west-1', request, patient)).toBe('a');
  expect(slept).toEqual([100, 150, 225]);
  expect(await rates.send('eu-west-1', request, patient)).toBe('b');
  expect(await rates.send('eu-west-1', request, patient)).toBe('c');
  expect(slept).toEqual([100, 150, 225, 185, 110]);
});

test('a region that throttles slows down no other region', async () => {
  const { rates, slept, time } = buildRates();
  await rates.send('eu-west-1', answer(time, throttled(), 'a'), patient);
  await rates.send('us-east-1', answer(time, 'b', 'c'), patient);
  expect(slept).toEqual([100]);
});

test('another failure is thrown at once, and counts as a request that was not throttled', async () => {
  const { rates, slept, time } = buildRates();
  const failure = new ReadError('not-found', 'gone');
  await expect(rates.send('eu-west-1', answer(time, throttled(), throttled(), failure), patient)).rejects.toBe(failure);
  await rates.send('eu-west-1', answer(time, 'a'), patient);
  expect(slept).toEqual([100, 150, 110]);
});

test('an error that is no ReadError fails as unexpected', async () => {
  const { rates, time } = buildRates();
  const failing = rates.send('eu-west-1', answer(time, new TypeError('a bug')), patient);
  await expect(failing).rejects.toMatchObject({ reason: 'unexpected', message: 'TypeError: a bug' });
});

test('once the signal aborts no request is sent: one that was throttled until then fails as throttled', async () => {
  const { rates, time } = buildRates();
  const gone = AbortSignal.abort();
  let sent = 0;
  const request = async () => {
    sent += 1;
  };
  await expect(rates.send('eu-west-1', request, gone)).rejects.toMatchObject({ reason: 'out-of-time' });
  expect(sent).toBe(0);
  const controller = new AbortController();
  const last = throttled();
  const until = rates.send(
    'eu-west-1',
    async () => {
      sent += 1;
      time.now += 40;
      if (sent === 2) controller.abort();
      throw last;
    },
    controller.signal,
  );
  await expect(until).rejects.toBe(last);
  expect(sent).toBe(2);
});

test('no more requests than allowed are sent at once in one region', async () => {
  const { rates } = buildRates(2);
  let [open, most] = [0, 0];
  const request = async () => {
    open += 1;
    most = Math.max(most, open);
    await new Promise((resolve) => setImmediate(resolve));
    open -= 1;
  };
  await Promise.all(Array.from({ length: 6 }, () => rates.send('eu-west-1', request, patient)));
  expect(most).toBe(2);
});
