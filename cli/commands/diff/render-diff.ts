import { renderPlain } from '../../../lambda/alerts/escape.ts';
import { exposureOf, type Ranking, type RatingPolicy, rankClosed, rankOpened } from '../../../lambda/firewall/index.ts';
import type { Resource } from '../../../lambda/history/entry.ts';
import { firewallOf } from '../../../lambda/history/firewall-of.ts';
import type { StatesDiff } from '../../questions/diff-states.ts';
import type { StateAt } from '../../questions/state-at.ts';
import { listReach } from '../../text/list-reach.ts';
import type { RenderTime } from '../../text/render-time.ts';
import type { Terminal } from '../../text/terminal.ts';

/** Lines of the opened reach, and of the closed reach; the JSON has all lines. */
const maxLines = 40;

export function renderDiff(
  resource: Resource,
  { before, after, diff }: { before: StateAt; after: StateAt; diff: StatesDiff },
  policy: RatingPolicy,
  renderTime: RenderTime,
  { out }: Terminal,
): string {
  const name = out.style('bold', renderPlain(resource.instanceName ?? '', 80));
  const exposure = firewallOf(after.snapshot);
  const now = exposure === null ? [] : exposureOf(exposure).reach;
  const list = (label: string, reach: StatesDiff['opened'], ranking: Ranking) =>
    reach.length === 0 ? [] : listReach(reach, ranking, maxLines).map((line) => `  ${label}  ${line}`);
  const changes = [
    ...list('OPENED', diff.opened, rankOpened({ ...diff, after: now }, policy)),
    ...list('CLOSED', diff.closed, rankClosed({ ...diff, after: now }, policy)),
  ];
  return [
    `${name}  ${renderPlain(resource.region, 40)}  from ${renderTime(before.at)} to ${renderTime(after.at)}`,
    '',
    ...(changes.length === 0 ? [`  ${describeSame(diff)}`] : changes),
    ...diff.notes.map(({ text }) => `  note: ${renderPlain(text, 400)}`),
    ...(diff.isOtherInstance ? ['  It is another instance of the same name: the one before is gone.'] : []),
    ...describeDoubts(before, renderTime),
    ...describeDoubts(after, renderTime),
  ].join('\n');
}

function describeSame({ verdict }: StatesDiff): string {
  return verdict === 'rewritten'
    ? 'The same is open at both; the rules are written differently.'
    : 'The same is open at both.';
}

/** The reasons why the state at one of the times can differ from the state that was compared. */
function describeDoubts({ at, status, gap, either, transients }: StateAt, renderTime: RenderTime): string[] {
  const when = renderTime(at);
  const doubts = [
    ...(gap === null
      ? []
      : [`what was open at ${when} is not known (${renderPlain(gap.reason, 60)}): compared as last known`]),
    ...(either.length === 0 ? [] : [`${when} lies in the window of a change: compared as it was before that change`]),
    ...(transients.length === 0
      ? []
      : [`at ${when} something else was open for a while, between two scans: portwatch at says what`]),
  ];
  const facts = {
    gone: [`  At ${when} it was gone: nothing open.`],
    'not-seen-yet': [`  At ${when} it had not been seen yet: nothing open.`],
    known: [],
    unknown: [],
  };
  return [...facts[status], ...doubts.map((doubt) => `  NOT SURE: ${doubt}.`)];
}
