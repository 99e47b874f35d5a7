import type { AlarmFacts } from '../../../aws/monitor/read-alarms.ts';
import { renderLength } from '../../../time/render-time.ts';
import { deletedRow } from '../deleted-row.ts';
import { failureRow, okRow, type Row, unknownRow } from '../row.ts';
import { awsCommand, type CommandPlace, revertRemedy } from '../suggested-commands.ts';

/** If `facts` is `null`, the alarm does not exist. `topics` has the ARNs of the topics of the stack. `now` is in ms since the epoch. */
export function decideAlarm(
  name: string,
  facts: AlarmFacts | null,
  topics: readonly string[],
  now: number,
  place: CommandPlace,
): Row {
  const row = { check: 'alarm', resource: name } as const;
  if (facts === null) return deletedRow(row, 'alarm', place);
  const { state, reason, since, areActionsOn, actions, description } = facts;
  const present = describeState(state, since, now);
  if (state === 'ALARM')
    return failureRow(row, {
      found: `${present}: ${reason}${areActionsOn ? '' : '; its actions are off, so nobody is notified'}`,
      expected: 'state OK, with its actions on',
      remedy: description === '' ? 'docs/runbook.md has a section for each alarm' : description,
      command: awsCommand(place, 'cloudwatch', 'describe-alarm-history', '--alarm-name', name, '--max-items', '10'),
    });
  if (!areActionsOn)
    return failureRow(row, {
      found: `${present}, and its actions are off: nobody would be notified`,
      expected: 'actions on',
      remedy: 'switch the actions on',
      command: awsCommand(place, 'cloudwatch', 'enable-alarm-actions', '--alarm-names', name),
    });
  if (!actions.some((action) => topics.includes(action)))
    return failureRow(row, {
      found: `${present}, and it publishes to no topic of the stack: nobody would be notified`,
      expected: 'a topic of the stack as its action',
      ...revertRemedy(place),
    });
  if (state !== 'OK' && state !== 'INSUFFICIENT_DATA')
    return unknownRow(row, ['cloudwatch:DescribeAlarms'], {
      found: `not known: CloudWatch answers the state "${state}"`,
      expected: 'state OK, with its actions on',
      remedy: 'look at the alarm in the console of CloudWatch',
    });
  return okRow(row, `${present}, actions on`);
}

/** INSUFFICIENT_DATA is no problem: Portwatch writes some metrics only on an event, so a healthy monitor has no data of these metrics. */
function describeState(state: string, since: string | null, now: number): string {
  const name = state === 'INSUFFICIENT_DATA' ? 'no data yet' : state;
  return since === null ? name : `${name} for ${renderLength(now - Date.parse(since))}`;
}
