import { renderPlain } from '../../../lambda/alerts/escape.ts';
import { type Ranking, type RatingPolicy, rankClosed, rankOpened } from '../../../lambda/firewall/index.ts';
import type { Resource } from '../../../lambda/history/entry.ts';
import type { AccountNames } from '../../questions/account-names.ts';
import type { StatesDiff } from '../../questions/diff-states.ts';
import type { StateAt } from '../../questions/state-at.ts';
import { listReach } from '../../text/list-reach.ts';
import { listPlace } from '../../text/render-place.ts';
import type { Terminal } from '../../text/terminal.ts';
import type { RenderTime } from '../../time/render-time.ts';

/** The highest number of lines for what opened, and for what closed. `--json` has no limit. */
const maxLines = 40;

export function renderDiff(
  resource: Resource,
  { before, after, diff }: { before: StateAt; after: StateAt; diff: StatesDiff },
  policy: RatingPolicy,
  renderTime: RenderTime,
  { out }: Terminal,
  names: AccountNames,
): string {
  const name = out.style('bold', renderPlain(resource.instanceName ?? '', 80));
  const now = after.exposure?.reach ?? [];
  const list = (label: string, reach: StatesDiff['opened'], ranking: Ranking) =>
    reach.length === 0 ? [] : listReach(reach, ranking, maxLines).map((line) => `  ${label}  ${line}`);
  const changes = [
    ...list('OPENED', diff.opened, rankOpened({ ...diff, after: now }, policy)),
    ...list('CLOSED', diff.closed, rankClosed({ ...diff, after: now }, policy)),
  ];
  return [
    `${[name, ...listPlace(resource, names)].join('  ')}  from ${renderTime(before.at)} to ${renderTime(after.at)}`,
    '',
    ...(changes.length === 0 ? [`  ${describeSame(diff)}`] : changes),
    ...diff.notes.map(({ text }) => `  note: ${renderPlain(text, 400)}`),
    ...(diff.isOtherInstance ? ['  These are two instances with the same name: the earlier one is gone.'] : []),
    ...describeState(before, renderTime),
    ...describeState(after, renderTime),
  ].join('\n');
}

function describeSame({ verdict }: StatesDiff): string {
  if (verdict === 'unknown') return 'UNKNOWN: the two firewalls cannot be compared.';
  return verdict === 'rewritten'
    ? 'The same ports are open to the same sources at both times; the rules are written differently.'
    : 'The same ports are open to the same sources at both times.';
}

/** Returns no lines if the instance existed at the instant `at` and its firewall is known for certain. */
function describeState({ at, status, exposure, gap, either, transients }: StateAt, renderTime: RenderTime): string[] {
  const when = renderTime(at);
  if (exposure === null && gap === null)
    return [`  At ${when}: not watched then. No scan had read the instance, so nothing is known of its firewall.`];
  const facts = {
    gone: [`  At ${when} the instance was gone: nothing was open.`],
    'not-seen-yet': [`  At ${when} the instance was not in the list of its region: nothing was open.`],
    known: [],
    unknown: [],
  };
  const reason = renderPlain(gap?.reason ?? '', 60);
  const doubts = [
    ...(gap === null
      ? []
      : [
          gap.reason === 'expired'
            ? `the history of that time has expired${exposure === null ? '' : '; the last known state was compared'}`
            : exposure === null
              ? `there is no earlier read (${reason})`
              : `no scan could read the firewall then (${reason}); the last known state was compared`,
        ]),
    ...(either.length === 0 ? [] : ['a change happened about then; the state before the change was compared']),
    ...(transients.length === 0
      ? []
      : ['a transient change happened then, which this comparison leaves out; portwatch at shows the change']),
  ];
  return [...facts[status], ...doubts.map((doubt) => `  NOT SURE about ${when}: ${doubt}.`)];
}
