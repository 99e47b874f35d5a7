import type { Figure } from '../figure.ts';
import { median } from '../median.ts';
import { timeMs } from '../time-ms.ts';
import { measureQuestionFloor } from './measure-question-floor.ts';
import type { OpenMonth } from './open-month.ts';

interface QuestionTime {
  /** Milliseconds from the start of the command to its end, with new SDK clients. */
  wallMs: number;
  /** Milliseconds to send the same requests to DynamoDB with one SDK client, without other work. */
  floorMs: number;
  requests: number;
  readUnits: number;
}

const rounds = 3;

/** Returns the medians of three runs of the command, after one warm-up run. */
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

/** `targetSeconds` `null`: no target. */
export function toFigure(args: readonly string[], time: QuestionTime, targetSeconds: number | null): Figure {
  const { wallMs, floorMs, requests, readUnits } = time;
  return {
    what: `portwatch ${args.join(' ')}`,
    here: `${wallMs.toFixed(0)} ms`,
    comparison: `${floorMs.toFixed(0)} ms, the same ${requests} requests (${readUnits} read units) by a plain client: ${(wallMs / floorMs).toFixed(2)} x`,
    target: targetSeconds === null ? null : { text: `<= ${targetSeconds} s`, isMet: wallMs <= targetSeconds * 1_000 },
  };
}
