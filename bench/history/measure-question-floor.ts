import { BatchGetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import pLimit from 'p-limit';
import { timeMs } from '../time-ms.ts';
import type { OpenMonth } from './open-month.ts';

type Calls = ReturnType<OpenMonth['dynamodb']['calls']>;

/**
 * The lower limit of the time of a command, in milliseconds: one SDK client sends only the command's requests to DynamoDB, sixteen at the
 * same time. The items are unmarshalled and not used.
 */
export function measureQuestionFloor(month: OpenMonth, calls: Calls): Promise<number> {
  return timeMs(() => sendRequests(month, calls));
}

async function sendRequests({ client }: OpenMonth, calls: Calls): Promise<void> {
  const limit = pLimit(16);
  await Promise.all(
    calls.map(({ operation, params }) =>
      limit(async () => {
        // `params` come from the request log of the stand-in of DynamoDB.
        const input = JSON.parse(JSON.stringify(params));
        if (operation === 'BatchGetItem') {
          const { Responses = {} } = await client.send(new BatchGetItemCommand(input));
          for (const item of Object.values(Responses).flat()) unmarshall(item);
        } else {
          const { Items = [] } = await client.send(new QueryCommand(input));
          for (const item of Items) unmarshall(item);
        }
      }),
    ),
  );
}
