import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LightsailClient } from '@aws-sdk/client-lightsail';
import { describe, expect, jest, test } from '@jest/globals';
import { clientSettings, RetryEachCall, withoutCallLog } from '../../lambda/adapters/client-settings.ts';

describe("the SDK's log of calls", () => {
  const region = 'eu-west-1';

  test.each([
    ['DynamoDB', () => new DynamoDBClient({ region })],
    ['Lightsail', () => new LightsailClient({ region })],
  ])('is taken off a client of %s, and nothing else is', (_, build) => {
    const before = build().middlewareStack.identify();
    const after = withoutCallLog(build()).middlewareStack.identify();
    expect(before.filter((step) => !after.includes(step))).toEqual([expect.stringMatching(/^loggerMiddleware/)]);
    expect(after).toHaveLength(before.length - 1);
  });
});

describe('retries of one call', () => {
  const attemptsOf = async (retries: RetryEachCall, errorType: string) => {
    let token = await retries.acquireInitialRetryToken();
    for (let attempts = 1; ; attempts += 1) {
      const next = await retries.refreshRetryTokenForRetry(token, { errorType }).catch(() => null);
      if (next === null) return attempts;
      token = next;
    }
  };

  test.each([
    ['TRANSIENT', 5],
    ['THROTTLING', 5],
    ['SERVER_ERROR', 1],
    ['CLIENT_ERROR', 1],
  ])('%s has %i attempts, however many calls failed before', async (errorType, attempts) => {
    const { retryStrategy } = clientSettings();
    for (let call = 1; call <= 100; call += 1) expect(await attemptsOf(retryStrategy, errorType)).toBe(attempts);
  });

  test.each([
    ['TRANSIENT', 0, 50],
    ['TRANSIENT', 2, 200],
    ['THROTTLING', 0, 1_000],
    ['THROTTLING', 3, 8_000],
    ['THROTTLING', 8, 20_000],
  ])('after %s and %i retries the wait is below %i ms', async (errorType, count, limitMs) => {
    const random = jest.spyOn(Math, 'random').mockReturnValue(0.999);
    const retries = new RetryEachCall(20, ['TRANSIENT', 'THROTTLING']);
    const token = await retries.refreshRetryTokenForRetry({ getRetryCount: () => count }, { errorType });
    random.mockRestore();
    expect(token.getRetryCount()).toBe(count + 1);
    expect(token.getRetryDelay()).toBeCloseTo(0.999 * limitMs, 5);
  });
});
