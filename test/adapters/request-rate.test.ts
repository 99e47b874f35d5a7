import { describe, expect, test } from '@jest/globals';
import {
  lowerRate,
  type RequestRate,
  raiseRate,
  startRequest,
  unlimitedRate,
  waitBeforeRequest,
} from '../../lambda/adapters/request-rate.ts';

const now = 1_000_000;
const at = (intervalMs: number, nextAt = now, loweredAt = now - 5_000): RequestRate => ({
  intervalMs,
  nextAt,
  loweredAt,
});

describe('how long a request waits', () => {
  test.each<[string, RequestRate, number]>([
    ['not at all while nothing was throttled', unlimitedRate, 0],
    ['until the next start', at(600, now + 400), 400],
    ['not at all if the next start is over', at(600, now - 1), 0],
    ['not at all if the rate is of an earlier scan', at(2_000, now - 10_001), 0],
    ['not at all if the clock was set back', at(600, now + 3_600_000), 0],
    ['at most the longest interval', at(2_000, now + 2_000), 2_000],
  ])('%s', (_, rate, waitMs) => {
    expect(waitBeforeRequest(rate, now)).toBe(waitMs);
  });
});

describe('the rate after a start', () => {
  test.each<[string, RequestRate, RequestRate]>([
    ['stays unlimited', unlimitedRate, unlimitedRate],
    ['lets the next request start after the interval', at(600), at(600, now + 600)],
    ['is still that of the last ten seconds', at(600, now - 10_000), at(600, now + 600)],
    ['is unlimited after ten seconds without a request', at(600, now - 10_001), unlimitedRate],
    ['is unlimited if the clock was set back', at(600, now + 3_600_000), unlimitedRate],
  ])('%s', (_, rate, after) => {
    expect(startRequest(rate, now)).toEqual(after);
  });
});

describe('the rate after a throttled request', () => {
  test.each<[string, RequestRate, number, RequestRate]>([
    ['begins with 100 ms', unlimitedRate, now - 40, at(100, now + 100, now)],
    ['has an interval longer by half', at(600), now - 40, at(900, now + 900, now)],
    ['has an interval of two seconds at most', at(1_900), now - 40, at(2_000, now + 2_000, now)],
    ['stays for a request of the same burst', at(600, now, now - 40), now - 40, at(600, now, now - 40)],
    ['is lowered for a request that started after that', at(600, now, now - 40), now - 39, at(900, now + 900, now)],
  ])('%s', (_, rate, startedAt, after) => {
    expect(lowerRate(rate, startedAt, now)).toEqual(after);
  });
});

describe('the rate after an answer', () => {
  test.each<[string, RequestRate, number, RequestRate]>([
    ['stays unlimited', unlimitedRate, now - 40, unlimitedRate],
    ['has an interval shorter by a third', at(600), now - 40, at(400)],
    ['is unlimited below 50 ms', at(74), now - 40, at(0)],
    ['is still limited at 50 ms', at(75), now - 40, at(50)],
    [
      'stays if the request started before the rate was lowered',
      at(600, now, now - 40),
      now - 40,
      at(600, now, now - 40),
    ],
  ])('%s', (_, rate, startedAt, after) => {
    expect(raiseRate(rate, startedAt)).toEqual(after);
  });
});

describe('40 instances and 8 pages, one request after another', () => {
  /** Seconds until 48 requests are answered, and the number of sent requests. `accepts` decides from the times of the accepted requests. */
  function send(accepts: (accepted: readonly number[], sent: number, time: number) => boolean) {
    const accepted: number[] = [];
    let [time, sent, rate] = [now, 0, unlimitedRate];
    while (accepted.length < 48) {
      time += waitBeforeRequest(rate, time);
      const startedAt = time;
      rate = startRequest(rate, startedAt);
      sent += 1;
      time += 40;
      if (accepts(accepted, sent, startedAt)) {
        accepted.push(startedAt);
        rate = raiseRate(rate, startedAt);
      } else rate = lowerRate(rate, startedAt, time);
    }
    return { seconds: Math.round((time - now) / 1_000), sent };
  }

  const perSecond = (limit: number) => (accepted: readonly number[], _: number, time: number) =>
    accepted.filter((one) => one > time - 1_000).length < limit;

  test.each([
    ['without a limit', () => true, 2, 48],
    ['at two requests a second', perSecond(2), 30, 110],
    ['at five requests a second', perSecond(5), 12, 110],
    ['where every second request is throttled', (_: readonly number[], sent: number) => sent % 2 === 0, 14, 96],
  ] as const)('%s', (_, accepts, seconds, sent) => {
    const result = send(accepts);
    expect(result.seconds).toBeLessThanOrEqual(seconds);
    expect(result.sent).toBeLessThanOrEqual(sent);
  });
});
