import { median } from '../median.ts';
import { timeMs } from '../time-ms.ts';
import { measureQuestionFloor } from './measure-question-floor.ts';
import type { OpenMonth } from './open-month.ts';

export interface QuestionTime {
  /** From the start of the command to its end, with new SDK clients. */
  wallMs: number;
  /** Milliseconds of the same requests alone. */
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
    floors.push(await measureQuestionFloor(month, calls));
    walls.push(await timeMs(() => month.run(...args)));
  }
  floors.push(await measureQuestionFloor(month, calls));
  return {
    wallMs: median(walls),
    floorMs: median(floors),
    requests: Number(requests),
    readUnits: Number(units),
  };
}
