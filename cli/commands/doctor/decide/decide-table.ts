import { tableNames } from '../../../../lambda/contract/table-keys.ts';
import type { TableFacts, TimeToLiveFacts } from '../../../aws/monitor/read-table-protection.ts';
import { failureRow, okRow, type Row, warningRow } from '../row.ts';
import { awsCommand, type CommandPlace } from '../suggested-commands.ts';

/** If `facts` is `null`, the table does not exist. */
export function decideTable(name: string, facts: TableFacts | null, place: CommandPlace): Row {
  const row = { check: 'table', resource: name } as const;
  if (facts === null)
    return failureRow(row, {
      found: 'the table does not exist: the history is lost, and no scan can work',
      expected: 'the table of the stack',
      remedy:
        'restore the table from a backup as a new table, and deploy with existingTable: docs/operations.md#restoring-the-table',
      command: awsCommand(place, 'dynamodb', 'list-backups', '--table-name', name, '--backup-type', 'ALL'),
    });
  const { status } = facts;
  if (status === 'ACTIVE' || status === 'UPDATING') return okRow(row, `exists, status ${status}`);
  return failureRow(row, {
    found: `its status is ${status}`,
    expected: 'status ACTIVE',
    remedy: 'see what happens to the table',
    command: awsCommand(place, 'dynamodb', 'describe-table', '--table-name', name),
  });
}

/** If `facts` is `null`, the table does not exist. */
export function decideDeletionProtection(name: string, facts: TableFacts | null, place: CommandPlace): Row {
  const row = { check: 'deletion-protection', resource: name } as const;
  if (facts === null) return absentRow(row, place);
  if (facts.hasDeletionProtection) return okRow(row, 'on');
  return warningRow(row, {
    found: 'off: one request can delete the history',
    expected: 'on',
    remedy: 'switch it on',
    command: awsCommand(place, 'dynamodb', 'update-table', '--table-name', name, '--deletion-protection-enabled'),
  });
}

/** If `isOn` is `null`, the table does not exist. */
export function decideRecovery(name: string, isOn: boolean | null, place: CommandPlace): Row {
  const row = { check: 'point-in-time-recovery', resource: name } as const;
  if (isOn === true) return okRow(row, 'on');
  if (isOn === null) return absentRow(row, place);
  return warningRow(row, {
    found: 'off: a damaged or deleted table cannot be restored',
    expected: 'on',
    remedy: 'switch it on',
    command: awsCommand(
      place,
      ...['dynamodb', 'update-continuous-backups', '--table-name', name],
      ...['--point-in-time-recovery-specification', 'PointInTimeRecoveryEnabled=true'],
    ),
  });
}

/** If `facts` is `null`, the table does not exist. */
export function decideTimeToLive(name: string, facts: TimeToLiveFacts | null, place: CommandPlace): Row {
  const row = { check: 'time-to-live', resource: name } as const;
  if (facts === null) return absentRow(row, place);
  const wanted = tableNames.timeToLive;
  const { isOn, attribute } = facts;
  if (isOn && attribute === wanted) return okRow(row, `on, attribute ${wanted}`);
  const setTo = (isEnabled: boolean, attributeName: string) =>
    awsCommand(
      place,
      ...['dynamodb', 'update-time-to-live', '--table-name', name],
      ...['--time-to-live-specification', `Enabled=${isEnabled},AttributeName=${attributeName}`],
    );
  const expected = `on, attribute ${wanted}`;
  // DynamoDB refuses a second attribute while time to live is on, and a second change within one hour (UpdateTimeToLive).
  if (isOn && attribute !== null)
    return warningRow(row, {
      found: `on for the attribute ${attribute}, which no item has: nothing expires, and the table grows`,
      expected,
      remedy: `switch it off for the attribute ${attribute}, wait up to one hour, then switch it on for the attribute ${wanted}: this row then shows the command`,
      command: setTo(false, attribute),
    });
  return warningRow(row, {
    found: 'off: nothing expires, and the table grows',
    expected,
    remedy: 'switch it on; DynamoDB refuses this for up to one hour after time to live was switched off',
    command: setTo(true, wanted),
  });
}

const absentRow = (row: Parameters<typeof failureRow>[0], place: CommandPlace): Row =>
  failureRow(row, {
    found: 'the table does not exist',
    expected: 'on',
    remedy: 'restore the table first: docs/operations.md#restoring-the-table',
    command: awsCommand(place, 'dynamodb', 'list-tables'),
  });
