import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { withClient } from '../with-client.ts';
import { type ReaderConfig, readerSettings, readOrNull } from './reader-config.ts';

export interface ScheduleFacts {
  isEnabled: boolean;
  /** For example `rate(5 minutes)`. */
  expression: string;
  /** ARN of the function that the schedule starts. */
  target: string;
  /** The event that the function gets: `{}`, or `{"portwatch":"collect"}` for the collector. */
  input: string;
  /** The schedule invokes nothing before `startsAt` or after `endsAt`; `null`: no limit. */
  startsAt: string | null;
  endsAt: string | null;
}

/** `null`: the schedule does not exist. `group`: `null` is the default group. */
export async function readSchedule(
  name: string,
  group: string | null,
  config: ReaderConfig,
  signal: AbortSignal,
): Promise<ScheduleFacts | null> {
  return withClient(new SchedulerClient(readerSettings(config)), async (client) => {
    const command = new GetScheduleCommand({ Name: name, ...(group !== null && { GroupName: group }) });
    const answer = await readOrNull(client.send(command, { abortSignal: signal }));
    return (
      answer && {
        isEnabled: answer.State === 'ENABLED',
        expression: answer.ScheduleExpression ?? '',
        target: answer.Target?.Arn ?? '',
        input: answer.Target?.Input ?? '{}',
        startsAt: answer.StartDate?.toISOString() ?? null,
        endsAt: answer.EndDate?.toISOString() ?? null,
      }
    );
  });
}
