import { renderCount } from '../../../../lambda/alerts/render-count.ts';
import { outboxPartition } from '../../../../lambda/contract/table-keys.ts';
import type { LatestState } from '../../../../lambda/history/latest-state.ts';
import { isSilence } from '../../../../lambda/history/scan-silence.ts';
import type { RefusedItem } from '../../../../lambda/scan/interfaces.ts';
import type { ScheduleFacts } from '../../../aws/monitor/read-schedule.ts';
import { type AccountNames, labelAccount } from '../../../questions/account-names.ts';
import type { WaitingAlerts } from '../../../questions/waiting-alerts.ts';
import { listSome } from '../../../text/list-some.ts';
import { renderLength } from '../../../time/render-time.ts';
import { deletedRow } from '../deleted-row.ts';
import { failureRow, type MonitorPlace, okRow, type Row, warningRow } from '../row.ts';
import { awsCommand, type CommandPlace, portwatchCommand, revertDrift, revertRemedy } from '../suggested-commands.ts';

interface ScheduleCheck {
  name: string;
  /** The schedule as it is in AWS; `null`: the schedule does not exist. */
  facts: ScheduleFacts | null;
  /** The name of the scan function; `null`: not known. `scanEveryMinutes`: the interval in the settings in effect; `null`: not known. */
  scanFunction: string | null;
  scanEveryMinutes: number | null;
  /** Milliseconds since the epoch. */
  now: number;
}

export function decideSchedule(
  { name, facts, scanFunction, scanEveryMinutes, now }: ScheduleCheck,
  place: CommandPlace,
): Row {
  const row = { check: 'schedule', resource: name } as const;
  if (facts === null) return deletedRow(row, 'schedule', place, ', and no scan starts');
  if (!facts.isEnabled)
    return failureRow(row, {
      found: 'the schedule is disabled: no scan starts',
      expected: 'state ENABLED',
      ...revertRemedy(place),
    });
  if (facts.endsAt !== null && Date.parse(facts.endsAt) <= now)
    return failureRow(row, {
      found: `the schedule ended on ${facts.endsAt}: no scan starts`,
      expected: 'a schedule without an end',
      ...revertRemedy(place),
    });
  if (scanFunction !== null && !facts.target.split(':').includes(scanFunction))
    return failureRow(row, {
      found: `the schedule starts ${facts.target}, which is not the scan function`,
      expected: `the function ${scanFunction}`,
      ...revertRemedy(place),
    });
  const minutes = parseRate(facts.expression);
  // The collector runs every minute, whatever the interval of the scans is.
  if (facts.input.includes('collect')) return okRow(row, `enabled, ${facts.expression}, for the collector`);
  if (scanEveryMinutes !== null && minutes !== scanEveryMinutes)
    return warningRow(row, {
      found: `the schedule is ${facts.expression}, and the last scan worked with an interval of ${renderCount(scanEveryMinutes, 'minute')}`,
      expected: `one scan every ${renderCount(scanEveryMinutes, 'minute')}`,
      remedy:
        'wait for the next scan if you deployed just now; otherwise let CloudFormation restore what the template defines',
      command: revertDrift(place),
    });
  const start = facts.startsAt !== null && Date.parse(facts.startsAt) > now ? `, from ${facts.startsAt} on` : '';
  return okRow(row, `enabled, ${facts.expression}${start}`);
}

const minutesOf: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 1440 };

/** Returns the number of minutes, such as 5 for `rate(5 minutes)`; `null`: the expression has another form. */
function parseRate(expression: string): number | null {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  return count === undefined ? null : Number(count) * (minutesOf[unit] ?? 0);
}

interface ScanCheck {
  /**
   * `decideLastScan`: the start of the last scan. `decideCompleteScan`: the start of the last complete scan. `null`: no such scan is known.
   */
  startedAt: string | null;
  scanEveryMinutes: number;
  now: number;
}

/**
 * Rates the time since the start of the last scan. More than two intervals plus one minute is a warning. More than three intervals and more
 * than half an hour is a failure. A missing start is a failure, too. The alarm about missing scans has the same limit as the failure.
 */
export function decideLastScan({ startedAt, scanEveryMinutes, now }: ScanCheck, place: CommandPlace): Row {
  const row = { check: 'last-scan', resource: null } as const;
  const expected = `a scan every ${renderCount(scanEveryMinutes, 'minute')}`;
  const remedy =
    'start a scan and read its error; the rows of the schedule and of the scan function may name the cause';
  const command = portwatchCommand(place, 'scan', '--deployed');
  if (startedAt === null) return failureRow(row, { found: 'no scan has ended yet', expected, remedy, command });
  const age = now - Date.parse(startedAt);
  const found = `the last scan began ${renderLength(age)} ago (${startedAt}); the interval is ${renderCount(scanEveryMinutes, 'minute')}`;
  if (isSilence(age / 1000, scanEveryMinutes)) return failureRow(row, { found, expected, remedy, command });
  if (age > 2 * scanEveryMinutes * 60_000 + graceMs) return warningRow(row, { found, expected, remedy, command });
  return okRow(row, found);
}

/** A scan is recorded at its end, so a minute for its duration is added to the limit of the warning. */
const graceMs = 60_000;

interface CompleteScanCheck extends ScanCheck {
  searchedDays: number;
  /** The regions that the newest scan could not list, with the reasons. `notRead`: the instances that the newest scan did not read. */
  regionsFailed: Readonly<Record<string, string>>;
  notRead: readonly string[];
  isNewestComplete: boolean;
}

export function decideCompleteScan(check: CompleteScanCheck, place: CommandPlace): Row {
  const { startedAt, scanEveryMinutes, now, searchedDays, regionsFailed, notRead, isNewestComplete } = check;
  const row = { check: 'complete-scan', resource: null } as const;
  const missing = [
    ...Object.entries(regionsFailed).map(([region, reason]) => `${region} (${reason})`),
    ...notRead.map((key) => key.replace('#', ' ').trim()),
  ];
  const lacks = isNewestComplete || missing.length === 0 ? '' : `; the newest scan lacks ${listSome(missing, 3)}`;
  const trouble = {
    expected: 'every scan lists all regions and reads all instances',
    remedy: 'see what could not be read, and why; docs/runbook.md#no-complete-scan explains each cause',
    command: portwatchCommand(place, 'status'),
  };
  if (startedAt === null)
    return failureRow(row, {
      found: `no scan of the last ${renderCount(searchedDays, 'day')} was complete${lacks}`,
      ...trouble,
    });
  const age = now - Date.parse(startedAt);
  const found = `the last complete scan began ${renderLength(age)} ago (${startedAt})${lacks}`;
  if (isSilence(age / 1000, scanEveryMinutes)) return failureRow(row, { found, ...trouble });
  return isNewestComplete ? okRow(row, found) : warningRow(row, { found, ...trouble });
}

type ReadState = Pick<LatestState, 'resource' | 'failure' | 'baselinedAt' | 'status'>;

/**
 * Decides the rows of the resources that cannot be read. An unreadable instance is a failure, and so is an unreadable region that was
 * listed before. A region that was never listed is a warning if access is denied. For any other reason the region is OK, because most such
 * regions are not enabled in the account.
 * `refused`: items of the table that this version cannot read; each one is a failure. `nameless`: an entry for each instance or region that
 * Lightsail lists without a name; `region` is `null` if the region has no name. `names`: `null` if there is only one account.
 */
export function decideReadability(
  states: readonly ReadState[],
  refused: readonly (RefusedItem & { account: string })[],
  nameless: readonly { account: string; region: string | null }[],
  names: AccountNames,
  place: CommandPlace,
): Row[] {
  const failing = states.filter(({ failure, status }) => failure !== null && status !== 'gone');
  const labelIn = (account: string, name: string) =>
    names === null ? name : `${labelAccount(names, account)} ${name}`;
  // The profile of the deployment has no access to member accounts, so their commands name no profile.
  const profile = names === null ? place.profile : null;
  const rows = failing.map(({ resource, failure, baselinedAt }) => {
    const { account, region, instanceName } = resource;
    const row = {
      check: 'readability',
      resource: labelIn(account, [region, instanceName ?? []].flat().join(' ')),
    } as const;
    const reason = failure?.reason ?? 'unexpected';
    const found = `cannot be read since ${failure?.since ?? ''}: ${reason} (${failure?.message ?? ''})`;
    const isNever = instanceName === null && baselinedAt === null;
    if (isNever && reason !== 'access-denied')
      return okRow(
        row,
        `the region could never be listed (${reason}), so the account has no instances there that Portwatch knows of`,
      );
    const words =
      instanceName === null ? ['get-instances'] : ['get-instance-port-states', '--instance-name', instanceName];
    const command = awsCommand({ region, profile }, 'lightsail', ...words);
    if (isNever)
      return warningRow(row, {
        found: `the region could never be listed: access is denied (${failure?.message ?? ''})`,
        expected: 'every watched region can be listed',
        remedy:
          'if a policy of the organisation denies this region, set regions in portwatch.json to the regions that you use, and deploy',
        command,
      });
    return failureRow(row, {
      found,
      expected: instanceName === null ? 'the region can be listed' : 'the firewall can be read',
      remedy: `try the request with ${names === null ? 'your own credentials' : `credentials of account ${account}`}; docs/runbook.md#gaps-stay-open explains each reason`,
      command,
    });
  });
  const readable = states.length - failing.length;
  const damaged = refused.map(({ account, key, problem }) =>
    failureRow(
      { check: 'readability', resource: labelIn(account, key) },
      {
        found: `this version of Portwatch cannot read the item: ${problem}`,
        expected: 'items that the deployed version and this clone can read',
        remedy: 'use a clone of the version that is deployed; if that cannot read the item either, the item is damaged',
        command: portwatchCommand(place, 'status'),
      },
    ),
  );
  const unnamed = nameless.map(({ account, region }) =>
    failureRow(
      { check: 'readability', resource: labelIn(account, region ?? 'a region') },
      {
        found: `Lightsail lists ${region === null ? 'a region' : 'an instance'} without a name, so nobody can read it`,
        expected: 'a name for each region and each instance',
        remedy: 'docs/runbook.md#gaps-stay-open explains what is read until then',
        command: awsCommand(
          { region: region ?? place.region, profile },
          ...['lightsail', region === null ? 'get-regions' : 'get-instances'],
        ),
      },
    ),
  );
  const bad = [...damaged, ...unnamed, ...rows];
  if (bad.length > 0) return bad;
  return [
    okRow(
      { check: 'readability', resource: null },
      `every region and instance can be read (${renderCount(readable, 'resource')})`,
    ),
  ];
}

export function decideWaitingAlerts(
  waiting: WaitingAlerts | null,
  { scanEveryMinutes, now }: { scanEveryMinutes: number; now: number },
  place: CommandPlace,
): Row {
  const row = { check: 'waiting-alerts', resource: null } as const;
  if (waiting === null) return okRow(row, 'every recorded change is alerted');
  const age = now - Date.parse(waiting.oldestAt);
  const trouble = {
    found: `${renderCount(waiting.count, 'alert')} ${waiting.count === 1 ? 'waits' : 'wait'} to be sent, the oldest for ${renderLength(age)} (since ${waiting.oldestAt})`,
    expected: 'an alert is sent by the scan that finds the change',
    remedy:
      'confirm a subscription of the alert topic, or subscribe somebody; then the next scan sends them. docs/runbook.md#alerts-are-not-sent has the other causes',
    command: portwatchCommand(place, 'scan', '--deployed'),
  };
  return isSilence(age / 1000, scanEveryMinutes) ? failureRow(row, trouble) : warningRow(row, trouble);
}

/** Decides the row of the alerts that are left in the outbox after the monitor was changed to watch only its own account. */
export function decideLeftAlerts(
  { count, oldestAt }: WaitingAlerts,
  tableName: string,
  place: Pick<MonitorPlace, 'account' | 'region' | 'profile'>,
): Row {
  const values = JSON.stringify({ ':outbox': { S: outboxPartition(place.account) } });
  return failureRow(
    { check: 'waiting-alerts', resource: 'outbox' },
    {
      found: `${renderCount(count, 'alert')} of several accounts ${count === 1 ? 'is' : 'are'} left in the outbox since ${oldestAt}, and nothing sends ${count === 1 ? 'it' : 'them'}: the monitor watches only its own account again`,
      expected: 'an empty outbox, before accounts is removed from the configuration',
      remedy:
        'deploy with accounts as before, wait until doctor counts no alert, and only then deploy without accounts; or read the alerts with this command, and delete its items from the table',
      command: awsCommand(
        place,
        ...['dynamodb', 'query', '--table-name', tableName, '--key-condition-expression', 'pk = :outbox'],
        ...['--expression-attribute-values', values],
      ),
    },
  );
}
