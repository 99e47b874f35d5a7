import type { Listener } from '../../../lambda/adapters/list-listeners.ts';
import { renderPlain } from '../../../lambda/alerts/escape.ts';
import { renderCount } from '../../../lambda/alerts/render-count.ts';
import type { RatingPolicy } from '../../../lambda/firewall/index.ts';
import type { Listeners } from '../../aws/load-listeners.ts';
import type { UnapprovedInstance } from '../../aws/load-open-since.ts';
import type { AccountNames } from '../../questions/account-names.ts';
import type { InstanceStatus, StatusGap } from '../../questions/fleet-status.ts';
import { listNotDue } from '../../questions/regions-not-due.ts';
import { describeMissing } from '../../text/describe-blind-spot.ts';
import { countListeners, renderListeners } from '../../text/describe-listeners.ts';
import { describeNotDue } from '../../text/describe-not-due.ts';
import { listOpen } from '../../text/list-reach.ts';
import { placeTitles, renderAccount, renderPlace } from '../../text/render-place.ts';
import { renderRatedBy } from '../../text/render-rated-by.ts';
import { countSeverities, renderSeverity } from '../../text/render-severity.ts';
import { renderTable } from '../../text/render-table.ts';
import type { Terminal } from '../../text/terminal.ts';
import { type RenderTime, renderLength } from '../../time/render-time.ts';
import type { StatusView } from './choose-shown.ts';

/** The limit for each instance, in lines. `--json` has no limit. */
const maxLines = 8;

/**
 * In columns. On a terminal of this width or more, the table shows times, and regions in a column. A narrower terminal shows ages in place
 * of times, and the region below the name, so that the open ports have room.
 */
const roomyWidth = 120;

export function renderStatus(view: StatusView, renderTime: RenderTime, terminal: Terminal): string {
  const { out, width } = terminal;
  const isRoomy = width >= roomyWidth;
  const when = (instant: string | null) => {
    if (instant === null) return 'never';
    return isRoomy ? renderTime(instant) : `${renderLength(view.now - Date.parse(instant))} ago`;
  };
  const rows = view.instances.map((instance) => [
    renderKnownSeverity(instance, terminal),
    ...renderPlace(instance.resource, isRoomy, out, view.names),
    when(instance.changedAt),
    when(instance.confirmedAt),
    renderOpen(instance, view.ratedBy, terminal, renderTime),
  ]);
  const head = ['SEVERITY', ...placeTitles(isRoomy, view.names), 'CHANGED', 'CONFIRMED', 'OPEN TO THE WORLD'];
  const parts = [
    ...renderWaiting(view, terminal, renderTime),
    ...renderUnapproved(view, terminal, renderTime),
    ...renderHidden(view, terminal, renderTime),
    ...renderRegionGaps(view, terminal, renderTime),
    ...(rows.length > 0 ? [renderTable(head, rows, width, out)] : []),
    [renderSummary(view, renderTime), ...renderHearing(view.listeners), ...renderRatedBy(view.ratedBy)].join('\n'),
  ];
  return parts.join('\n\n');
}

/** Renders the first line of the answer if alerts wait: perhaps nobody was notified of the changes that the table shows. */
function renderWaiting({ waitingAlerts, now }: StatusView, { out }: Terminal, renderTime: RenderTime): string[] {
  if (waitingAlerts === null) return [];
  const { count, oldestAt } = waitingAlerts;
  const wait = `${renderCount(count, 'alert')} ${count === 1 ? 'waits' : 'wait'} to be sent, the oldest for ${renderLength(now - Date.parse(oldestAt))}`;
  const sentence = `${wait}, since ${renderTime(oldestAt)}: nobody has been notified. npm run portwatch -- doctor shows why.`;
  return [out.style(['bold', 'yellow'], sentence)];
}

function renderUnapproved(
  { unapproved, ratedBy, now, names }: StatusView,
  { out, width }: Terminal,
  renderTime: RenderTime,
): string[] {
  if (unapproved === null) return [];
  if (unapproved.length === 0)
    return ['Everything that is open is approved: npm run portwatch -- approvals lists who approved it.'];
  const isRoomy = width >= roomyWidth;
  const rows = unapproved.map((one) => [
    renderSeverity(one.severity, out),
    ...renderPlace(one, isRoomy, out, names),
    renderAge(one, now, isRoomy, renderTime),
    [
      ...(one.isLastKnown ? [out.style('yellow', 'cannot be read; last known state:')] : []),
      ...listOpen({ reach: one.reach ?? [], notes: [] }, ratedBy, maxLines),
    ].join('\n'),
  ]);
  const head = ['SEVERITY', ...placeTitles(isRoomy, names), 'OPEN SINCE', 'OPEN AND NOT APPROVED'];
  return [renderTable(head, rows, width, out)];
}

/**
 * Returns a text such as `2026-11-20 11:00:03 UTC (9 days)`, or only `9 days` on a narrow terminal. Adds `or more` to the age if no earlier
 * scan read the exposure as closed.
 */
function renderAge(
  { openSince, notBefore }: UnapprovedInstance,
  now: number,
  isRoomy: boolean,
  renderTime: RenderTime,
): string {
  if (openSince === null) return 'not known';
  const age = `${renderLength(now - Date.parse(openSince))}${notBefore === null ? ' or more' : ''}`;
  return isRoomy ? `${renderTime(openSince)} (${age})` : age;
}

function renderKnownSeverity({ severity, gap }: InstanceStatus, { out }: Terminal): string {
  const known = severity === null ? null : renderSeverity(severity, out);
  if (gap === null) return known ?? 'UNKNOWN';
  const lines = [out.style(['bold', 'yellow'], 'UNKNOWN')];
  return (known === null ? lines : [...lines, `was ${known}`]).join('\n');
}

function renderOpen(
  { gap, openToWorld, reach, notes, severity }: InstanceStatus,
  policy: RatingPolicy,
  { out }: Terminal,
  renderTime: RenderTime,
): string {
  const lines = gap === null ? [] : [out.style('yellow', describeGap(gap, renderTime))];
  if (severity === null) return [...lines, 'never read'].join('\n');
  const isOpenToSome = reach.length > 0 && openToWorld.length === 0;
  const open = isOpenToSome
    ? ['nothing (open to some networks; portwatch at lists them)']
    : listOpen({ reach: openToWorld, notes }, policy, maxLines);
  return [...lines, ...open].join('\n');
}

const problems: Readonly<Record<StatusGap['scope'], string>> = {
  account: 'its account could not be entered',
  region: 'its region could not be listed',
  instance: 'could not be read',
};

function describeGap({ scope, since, reason, isTold }: StatusGap, renderTime: RenderTime): string {
  if (scope === 'account' && reason === 'not-watched')
    return `its account has not been watched since ${renderTime(since)}; last known state:`;
  if (reason === 'not-watched') return 'its region is no longer watched; last known state:';
  const problem = problems[scope];
  return `${problem} since ${renderTime(since)} (${reason})${isTold ? '' : ', not alerted yet'}; last known state:`;
}

/** Renders a warning about the accounts that cannot be read now. The states of their instances are the last known states. */
function renderHidden({ hidden, names }: StatusView, { out }: Terminal, renderTime: RenderTime): string[] {
  const missing = describeMissing(hidden, renderTime, names);
  return missing === null ? [] : [out.style('yellow', missing)];
}

function renderRegionGaps({ regions, names }: StatusView, { out }: Terminal, renderTime: RenderTime): string[] {
  const gaps = regions.flatMap(({ account, region, gap, baselinedAt, instances }) => {
    const owner = names === null ? '' : ` of ${renderAccount(account, names)}`;
    return gap === null ? [] : [{ owner, region, gap, baselinedAt, instances }];
  });
  const blind = gaps.filter(({ baselinedAt }) => baselinedAt !== null);
  const never = gaps.filter(({ baselinedAt }) => baselinedAt === null).map(({ region }) => renderPlain(region, 20));
  const lines = blind.map(
    ({ owner, region, gap, instances }) =>
      `  ${renderPlain(region, 20)}${owner}: since ${renderTime(gap.since)}, ${gap.reason}, ${renderPlain(gap.message)} (${renderCount(instances, 'instance')})`,
  );
  const title = out.style('yellow', 'Regions that cannot be listed, so the state of their instances is unknown:');
  return [
    ...(lines.length > 0 ? [[title, ...lines].join('\n')] : []),
    ...(never.length > 0
      ? [`Regions that could never be listed, so they are not monitored: ${countEqual(never, names).join(', ')}.`]
      : []),
  ];
}

/**
 * Returns each region once, such as `ap-east-1`. With several accounts, adds the number of accounts, such as `ap-east-1 (in 40 accounts)`.
 */
function countEqual(regions: readonly string[], names: AccountNames): string[] {
  return [...Map.groupBy(regions, (region) => region)].map(([region, own]) =>
    names === null ? region : `${region} (in ${renderCount(own.length, 'account')})`,
  );
}

/**
 * Renders a line about the listeners of the alerts, and a line about the listeners of the health alarms. If the listeners are not known,
 * renders one line with the reason.
 */
function renderHearing({ alerts, health, problem }: Listeners): string[] {
  if (problem !== null) return [`Who gets the alerts is not known: ${renderPlain(problem, 300)}.`];
  return [
    ...renderListenersOf('Alerts', alerts, 'they wait until somebody confirms'),
    ...renderListenersOf('Health alarms', health, 'they are lost'),
  ];
}

function renderListenersOf(what: string, listeners: readonly Listener[], otherwise: string): string[] {
  const counts = countListeners(listeners);
  const confirmed = renderListeners(counts, 'confirmed') ?? `nobody: no subscription is confirmed, so ${otherwise}`;
  const pending = renderListeners(counts, 'pending');
  return [`${what} go to: ${confirmed}.${pending === null ? '' : ` Not confirmed: ${pending}.`}`];
}

function renderSummary(
  { instances, instancesKnown, lastScan, account, accounts, names, pass, now }: StatusView,
  renderTime: RenderTime,
): string {
  const counts = countSeverities(instances);
  const gaps = instances.filter(({ gap }) => gap !== null).length;
  const shown = instances.length === instancesKnown ? '' : ` of ${instancesKnown}`;
  const found = [...(gaps > 0 ? [`${gaps} that cannot be read`] : []), ...counts].join(', ');
  const [only, ...more] = accounts;
  const owner =
    only !== undefined && more.length === 0
      ? `Account ${renderAccount(names === null ? account : only.account, names)}`
      : renderCount(accounts.length, 'account');
  const passed =
    pass === null
      ? ''
      : ` Last pass: ${renderTime(pass.startedAt)}, ${pass.endedAt === null ? 'not over yet' : pass.complete ? 'complete' : 'not complete'}.`;
  const scan =
    lastScan === null
      ? more.length === 0
        ? 'No scan has ended yet.'
        : 'An account was never scanned.'
      : `${more.length === 0 ? 'Last scan' : 'Oldest last scan of an account'}: ${renderTime(lastScan.startedAt)}, ${renderLength(now - Date.parse(lastScan.startedAt))} ago${lastScan.complete ? '' : ', not complete'}.`;
  const notDue = describeNotDue(listNotDue(lastScan), renderTime);
  const summary = `${owner}: ${instances.length}${shown} ${instancesKnown === 1 ? 'instance' : 'instances'}${found === '' ? '' : `: ${found}`}. ${scan}${passed}`;
  return [summary, ...notDue].join(' ');
}
