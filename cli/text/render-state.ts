/** The state of an instance at an instant, for a person. */
import { renderPlain } from '../../lambda/alerts/escape.ts';
import { defaultRatingPolicy, type Exposure, rateExposure } from '../../lambda/firewall/index.ts';
import type { HistoryEntry, Resource } from '../../lambda/history/entry.ts';
import type { OtherState, StateAt } from '../questions/state-at.ts';
import { describeAttribution } from './describe-attribution.ts';
import { listReach } from './list-reach.ts';
import type { RenderTime } from './render-time.ts';
import { severityStyles } from './severity-style.ts';
import type { Terminal } from './terminal.ts';

/** Lines of one exposure; the JSON has them all. */
const maxLines = 40;

export function renderState(resource: Resource, state: StateAt, renderTime: RenderTime, { out }: Terminal): string {
  const name = renderPlain(resource.instanceName ?? '', 80);
  const address = state.snapshot?.instance?.publicIpAddress ?? state.snapshot?.instance?.ipv6Addresses[0];
  const who = [
    out.style('bold', name),
    renderPlain(resource.region, 40),
    ...(address ? [renderPlain(address, 60)] : []),
  ];
  return [
    `${who.join('  ')}  at ${renderTime(state.at)}`,
    '',
    ...renderCertainty(state, renderTime, out.style),
    ...renderExposure(state.exposure, out.style),
    ...state.either.flatMap((other) => ['', ...renderOther(other, renderTime, out.style)]),
    ...state.transients.flatMap((transient) => ['', ...renderTransientChange(transient, renderTime)]),
    '',
    ...renderOrigin(state, renderTime),
  ].join('\n');
}

type Paint = Terminal['out']['style'];

/** What kind of an answer it is, where it is not simply known. */
function renderCertainty({ status, gap, either }: StateAt, renderTime: RenderTime, style: Paint): string[] {
  if (gap !== null) return [style(['bold', 'yellow'], `UNKNOWN: ${describeGap(gap, renderTime)}. As last known:`)];
  if (either.length > 0)
    return [style(['bold', 'yellow'], 'EITHER: this lies in the window of a change. It was still as before:')];
  if (status === 'gone') return ['GONE: its region had no such instance.'];
  if (status === 'not-seen-yet') return ['NOT SEEN YET.'];
  return [];
}

function describeGap({ scope, since, reason, until }: NonNullable<StateAt['gap']>, renderTime: RenderTime): string {
  if (reason === 'expired') return 'the history of that time was not kept';
  const what = scope === 'region' ? 'its region could not be listed' : 'it could not be read';
  const from = since === null ? '' : ` from ${renderTime(since)}`;
  return `${what}${from} ${until === null ? 'on' : `to ${renderTime(until)}`} (${renderPlain(reason, 60)})`;
}

function renderExposure(exposure: Exposure | null, style: Paint): string[] {
  if (exposure === null) return ['  not known: it was never read'];
  const { severity, reason } = rateExposure(exposure, defaultRatingPolicy);
  const lines = listReach(exposure.reach, maxLines).map((line) => `  open: ${line}`);
  const dormant =
    exposure.dormant.length === 0 ? [] : listReach(exposure.dormant, maxLines).map((line) => `  dormant: ${line}`);
  const notes = exposure.notes.map(({ text }) => `  note: ${renderPlain(text, 400)}`);
  return [
    ...lines,
    ...dormant,
    ...notes,
    `  ${style(severityStyles[severity], severity.toUpperCase())}: ${renderPlain(reason, 500)}`,
  ];
}

function renderOther({ entry, status, exposure }: OtherState, renderTime: RenderTime, style: Paint): string[] {
  const window =
    entry.changedAfter === null
      ? `before ${renderTime(entry.changedBefore)}`
      : `somewhere between ${renderTime(entry.changedAfter)} and ${renderTime(entry.changedBefore)}`;
  const title = style(['bold', 'yellow'], `OR it had changed already (${window}), to:`);
  const body = status === 'gone' ? ['  gone: its region had no such instance'] : renderExposure(exposure, style);
  return [title, ...body, `  ${describeAttribution(entry.changedBy, renderTime)}`];
}

function renderTransientChange(
  { opened, closed, changedAfter, changedBefore, changedBy }: HistoryEntry,
  renderTime: RenderTime,
): string[] {
  const from = changedAfter === null ? '' : ` from ${renderTime(changedAfter)}`;
  return [
    `FOR A WHILE, between two scans${from} to ${renderTime(changedBefore)}:`,
    ...(opened.length > 0 ? listReach(opened, maxLines).map((line) => `  also open: ${line}`) : []),
    ...(closed.length > 0 ? listReach(closed, maxLines).map((line) => `  shut: ${line}`) : []),
    `  ${describeAttribution(changedBy, renderTime)}`,
  ];
}

/** Since when, by whom, who confirmed it, and where it lies in the table. */
function renderOrigin(state: StateAt, renderTime: RenderTime): string[] {
  const { since, notBefore, confirmedBefore, confirmedAfter, snapshot, status, entry } = state;
  const made = status === 'gone' ? entry : snapshot;
  const says = (instant: string | null, otherwise: string) => (instant === null ? otherwise : renderTime(instant));
  const window = notBefore === null ? 'nobody saw when it became so' : `it became so after ${renderTime(notBefore)}`;
  return [
    ...(since === null ? [] : [`Since:      ${renderTime(since)} (${window})`]),
    ...(made === null ? [] : [`            ${describeMaker(made, renderTime)}`]),
    `Confirmed:  before, ${says(confirmedBefore, 'by no scan')}; after, ${says(confirmedAfter, 'by no scan before it changed, or none yet')}`,
    ...(snapshot === null ? [] : [`Snapshot:   ${snapshot.at} (version ${snapshot.version}, ${snapshot.kind})`]),
  ];
}

function describeMaker(entry: HistoryEntry, renderTime: RenderTime): string {
  if (entry.kind === 'baseline') return 'it was so when watching began';
  return describeAttribution(entry.changedBy, renderTime);
}
