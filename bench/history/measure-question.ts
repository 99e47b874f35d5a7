import { BatchGetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import pLimit from 'p-limit';
import { median } from '../median.ts';
import { timeMs } from '../time-ms.ts';
import type { OpenMonth } from './open-month.ts';

export interface QuestionTime {
  /** From the start of the command to its end, with new SDK clients. */
  wallMs: number;
  /** Milliseconds of the same requests by one SDK client, sixteen at the same time. Items are unmarshalled and not used. */
  floorMs: number;
  requests: number;
  readUnits: number;
}

const rounds = 3;

/** Runs the command once to warm up, then several times; returns the median. */
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

type Calls = ReturnType<OpenMonth['dynamodb']['calls']>;

async function replay({ client }: OpenMonth, calls: Calls): Promise<void> {
  const limit = pLimit(16);
  await Promise.all(
    calls.map(({ operation, params }) =>
      limit(async () => {
        // The requests of the product are read from the request log of the stand-in.
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
