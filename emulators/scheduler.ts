/** A stand-in for EventBridge Scheduler on loopback: `GetSchedule` of schedules that the caller sets. */

import { Refusal } from './wire/reply.ts';
import { renderRestError, restReply } from './wire/rest-protocol.ts';
import { type StandIn, type StandInOptions, startStandIn } from './wire/stand-in.ts';

export interface SchedulerEmulator extends StandIn {
  /** The answer of `GetSchedule`, without the name; `null` deletes the schedule. */
  setSchedule(name: string, schedule: Readonly<Record<string, unknown>> | null): void;
}

export async function startSchedulerEmulator(options: StandInOptions = {}): Promise<SchedulerEmulator> {
  const schedules = new Map<string, Readonly<Record<string, unknown>>>();
  const nameOf = (path: string) => decodeURIComponent(/^\/schedules\/([^/]+)$/.exec(path)?.[1] ?? '');
  const standIn = await startStandIn(
    {
      describe: ({ method, path, body }) => {
        const operation = method === 'GET' && nameOf(path) !== '' ? 'GetSchedule' : '';
        return { operation, region: null, params: { Name: nameOf(path) }, body };
      },
      perform: ({ path }) => {
        const name = nameOf(path);
        const schedule = schedules.get(name);
        if (schedule === undefined)
          throw new Refusal({
            name: 'ResourceNotFoundException',
            status: 404,
            message: `Schedule ${name} does not exist.`,
          });
        return restReply({ Name: name, GroupName: 'default', ...schedule });
      },
      renderError: renderRestError,
    },
    options,
  );
  const setSchedule: SchedulerEmulator['setSchedule'] = (name, schedule) => {
    if (schedule === null) schedules.delete(name);
    else schedules.set(name, schedule);
  };
  return { ...standIn, setSchedule };
}
