import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { depth } from '../support/depth.ts';
import { openDynamoDbTable } from './open-dynamodb-table.ts';
import { runSeed } from './run-seed.ts';

const seeds = depth({ quick: 1, full: 50 });

describe('the simulation on DynamoDB', () => {
  let dynamodb: Awaited<ReturnType<typeof openDynamoDbTable>>;

  beforeAll(async () => {
    dynamodb = await openDynamoDbTable();
  });

  afterAll(async () => {
    await dynamodb.close();
  });

  test(`P3 to P6 are kept in ${seeds} seeded histories, as they are in memory`, async () => {
    for (let seed = 1; seed <= seeds; seed += 1) {
      const account = String(seed).padStart(12, '0');
      const { violation } = await runSeed(seed, { table: dynamodb.table, account });
      const replay = `Replay it step by step: npm run simulate -- --dynamodb --seed ${seed} --verbose`;
      expect(violation && `${violation.message}\n${replay}`).toBeNull();
    }
  });
});
