import { BatchGetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import pLimit from 'p-limit';
import { median } from '../median.ts';
import type { OpenMonth } from './open-month.ts';

export interface QuestionTime {
  /** From the start of the command to its last word, the SDK's clients made anew. */
  wallMs: number;
  /** The same requests by one bare client of the SDK, sixteen under way, their items unmarshalled, and nothing done with them. */
  floorMs: number;
  requests: number;
  readUnits: number;
}

const rounds = 3;

/** Asks it a few times, after once to warm up, and says the middle of the times. */
export async function measureQuestion(month: OpenMonth, args: readonly string[]): Promise<QuestionTime> {
  const { stderr } = await month.run(...args);
  const [, requests = '0', units = '0'] = /DynamoDB: (\d+) requests, ([\d.]+) read units/.exec(stderr) ?? [];
  month.dynamodb.clearCalls();
  const wall = await timeMs(() => month.run(...args));
  const calls = month.dynamodb.calls();
  const walls = [wall];
  const floors: number[] = [];
  for (let round = 1; round < rounds; round += 1) {
    floors.push(await timeMs(() => replay(month, calls)));
    walls.push(await timeMs(() => month.run(...args)));
  }
  floors.push(await timeMs(() => replay(month, calls)));
  return {
    wallMs: median(walls),
    floorMs: median(floors),
    requests: Number(requests),
    readUnits: Number(units),
  };
}

async function timeMs(action: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await action();
  return performance.now() - startedAt;
}

type Calls = ReturnType<OpenMonth['dynamodb']['calls']>;

async function replay({ client }: OpenMonth, calls: Calls): Promise<void> {
  const limit = pLimit(16);
  await Promise.all(
    calls.map(({ operation, params }) =>
      limit(async () => {
        // What the product asked for, as it stands in the log of the stand-in.
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
