import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LightsailClient } from '@aws-sdk/client-lightsail';
import { describe, expect, test } from '@jest/globals';
import { withoutCallLog } from '../../lambda/adapters/client-settings.ts';

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
