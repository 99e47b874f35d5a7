import { renderPlain } from '../../lambda/alerts/escape.ts';
import { type Exposure, rateExposure } from '../../lambda/firewall/index.ts';
import type { HistoryEntry, Resource } from '../../lambda/history/entry.ts';
import type { AccountNames } from '../questions/account-names.ts';
import type { RatedBy } from '../questions/choose-rating-settings.ts';
import type { OtherState } from '../questions/decide-entry-in-force.ts';
import type { StateAt } from '../questions/state-at.ts';
import type { RenderTime } from '../time/render-time.ts';
import { describeAttribution } from './describe-attribution.ts';
import { describeGap } from './describe-gap.ts';
import { listOpen, listReach, rankChange } from './list-reach.ts';
import { listPlace } from './render-place.ts';
import { renderRatedBy } from './render-rated-by.ts';
import { renderSeverity } from './render-severity.ts';
import type { Terminal } from './terminal.ts';

/** The maximum number of lines for one exposure. The output of `--json` has every line. */
const maxLines = 40;

export function renderState(
  resource: Resource,
  state: StateAt,
  ratedBy: RatedBy,
  renderTime: RenderTime,
  { out }: Terminal,
  names: AccountNames,
): string {
  const renderOpen = (exposure: Exposure | null) => renderExposure(exposure, ratedBy, out.style);
  const name = renderPlain(resource.instanceName ?? '', 80);
  const address = state.snapshot?.instance?.publicIpAddress ?? state.snapshot?.instance?.ipv6Addresses[0];
  const title = [
    out.style('bold', name),
    ...listPlace(resource, names),
    ...(address ? [renderPlain(address, 60)] : []),
  ];
  return [
    `${title.join('  ')}  at ${renderTime(state.at)}`,
    '',
    ...renderCertainty(state, renderTime, out.style),
    ...renderOpen(state.exposure),
    ...state.either.flatMap((other) => ['', ...renderOther(other, renderOpen, renderTime, out.style)]),
    ...state.transients.flatMap((transient) => ['', ...renderTransientChange(transient, ratedBy, renderTime)]),
    '',
    ...renderOrigin(state, renderTime),
    ...renderRatedBy(ratedBy),
  ].join('\n');
}

type Paint = Terminal['out']['style'];

/** Returns one line if the state is uncertain, or if the instance did not exist or was not found yet. Otherwise returns no line. */
function renderCertainty({ status, gap, either }: StateAt, renderTime: RenderTime, style: Paint): string[] {
  if (gap !== null) return [style(['bold', 'yellow'], `UNKNOWN: ${describeGap(gap, renderTime)}. Last known state:`)];
  if (either.length > 0)
    return [style(['bold', 'yellow'], 'EITHER: a change happened about this time. Before the change:')];
  if (status === 'gone') return ['GONE: the instance was not in the list of its region.'];
  if (status === 'not-seen-yet') return ['NOT SEEN YET: no scan had listed the instance.'];
  return [];
}

function renderExposure(exposure: Exposure | null, ratedBy: RatedBy, style: Paint): string[] {
  if (exposure === null) return ['  not known: the firewall was never read'];
  const { severity, reason } = rateExposure(exposure, ratedBy);
  const { reach, dormant, notes } = exposure;
  const list = (listed: Exposure['reach']) => listOpen({ reach: listed, notes }, ratedBy, maxLines);
  const noted = notes.map(({ text }) => `  note: ${renderPlain(text, 400)}`);
  return [
    ...list(reach).map((line) => `  open: ${line}`),
    ...(dormant.length === 0 ? [] : list(dormant).map((line) => `  dormant: ${line}`)),
    ...noted,
    `  ${renderSeverity(severity, { style })}: ${renderPlain(reason, 500)}`,
  ];
}

function renderOther(
  { entry, status, exposure }: OtherState,
  renderOpen: (exposure: Exposure | null) => string[],
  renderTime: RenderTime,
  style: Paint,
): string[] {
  const window =
    entry.changedAfter === null
      ? `before ${renderTime(entry.changedBefore)}`
      : `between ${renderTime(entry.changedAfter)} and ${renderTime(entry.changedBefore)}`;
  const title = style(['bold', 'yellow'], `OR, after the change (${window}):`);
  const body = status === 'gone' ? ['  gone: the instance was not in the list of its region'] : renderOpen(exposure);
  return [title, ...body, `  ${describeAttribution(entry.changedBy, renderTime)}`];
}

function renderTransientChange(entry: HistoryEntry, ratedBy: RatedBy, renderTime: RenderTime): string[] {
  const { changedAfter, changedBefore, changedBy } = entry;
  const from = changedAfter === null ? '' : ` from ${renderTime(changedAfter)}`;
  const ranking = rankChange(entry, ratedBy);
  const list = (side: 'opened' | 'closed', title: string) =>
    entry[side].length === 0
      ? []
      : listReach(entry[side], ranking[side], maxLines).map((line) => `  ${title}: ${line}`);
  return [
    `TRANSIENT CHANGE between two scans${from} to ${renderTime(changedBefore)}:`,
    ...list('opened', 'opened and closed again'),
    ...list('closed', 'closed and opened again'),
    `  ${describeAttribution(changedBy, renderTime)}`,
  ];
}

function renderOrigin(state: StateAt, renderTime: RenderTime): string[] {
  const { since, notBefore, confirmedBefore, confirmedAfter, snapshot, status, entry } = state;
  const made = status === 'gone' ? entry : snapshot;
  const timeOr = (instant: string | null, otherwise: string) => (instant === null ? otherwise : renderTime(instant));
  const window =
    notBefore === null ? 'no scan confirmed an earlier state' : `the change happened after ${renderTime(notBefore)}`;
  return [
    ...(since === null ? [] : [`Since:      ${renderTime(since)} (${window})`]),
    ...(made === null ? [] : [`            ${describeMaker(made, renderTime)}`]),
    `Confirmed:  before this time: ${timeOr(confirmedBefore, 'no scan')}; after this time: ${timeOr(confirmedAfter, 'no scan')}`,
    ...(snapshot === null ? [] : [`Snapshot:   ${snapshot.at} (version ${snapshot.version}, ${snapshot.kind})`]),
  ];
}

function describeMaker(entry: HistoryEntry, renderTime: RenderTime): string {
  if (entry.kind === 'baseline') return 'this was the firewall at the first read';
  return describeAttribution(entry.changedBy, renderTime);
}
