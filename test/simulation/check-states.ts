/**
 * Checks the answer for every instant (P6) against the truth, if the truth can be known. If the truth changed at most once between two
 * reads, the answer must contain the truth, as its state or as a possible state. The answer may be uncertain only with a reason.
 */
import type { HistorySlice } from '../../cli/questions/history-slice.ts';
import type { StateAt } from '../../cli/questions/state-at.ts';
import { resourceKey } from '../../lambda/history/resource-key.ts';
import type { Chronicle } from './chronicle.ts';
import { probeReach } from './probe-oracle.ts';
import type { Product } from './product.ts';
import { absent, type NotedSighting, type ObservedText, observedTextOf, type Truth } from './sightings.ts';
import { mustBe } from './violation.ts';

interface Known {
  history: HistorySlice;
  chronicle: Chronicle;
  sightings: readonly NotedSighting[];
  truths: readonly Truth[];
  product: Product;
  /** True if nothing failed and the region was always in the configuration. Then every uncertainty needs a reason. */
  isExact: boolean;
  events: Set<string>;
}

export function checkStates(known: Known): void {
  const { history, product } = known;
  const timeline = product.buildTimeline(history);
  for (const at of listInstants(known)) {
    const state = product.stateAt(history, new Date(at).toISOString(), timeline);
    checkState(known, state, at);
  }
}

/** Instants just before and just after each beginning and end, and the middle between two reads. */
function listInstants({ history, sightings, truths }: Known): number[] {
  const instants = new Set<number>();
  const around = (at: number) => {
    for (const each of [at - 1, at, at + 1]) instants.add(each);
  };
  for (const { at, changedAfter } of history.entries) {
    around(Date.parse(at));
    if (changedAfter !== null) around(Date.parse(changedAfter));
  }
  for (const { at } of truths) around(at);
  for (const [index, { from }] of sightings.entries()) {
    const before = sightings[index - 1];
    if (before) instants.add(Math.floor((before.until + from) / 2));
  }
  return [...instants];
}

function checkState(known: Known, state: StateAt, at: number): void {
  const { sightings, truths, chronicle, events } = known;
  checkConfirmations(known, state);
  const after = sightings.find(({ from, isAlone }) => isAlone && from > at);
  const before = sightings.findLast(({ until, isAlone }) => isAlone && until <= at);
  if (before === undefined || after === undefined || truths.some((truth) => truth.at === at)) return;
  const isBlurred = [before, after].some(({ from, until }) =>
    truths.some((truth) => from <= truth.at && truth.at < until),
  );
  const between = truths.filter((truth) => before.until <= truth.at && truth.at < after.from);
  if (isBlurred || between.length > 1) return;
  const truth = truths.findLast((one) => one.at <= at)?.seen ?? absent;
  const name = () => `${resourceKey(chronicle.resource)} at ${state.at}`;
  const isHeld = state.status === 'unknown' || listSeen(state).some((seen) => seen === null || seen === truth);
  mustBe(isHeld, 'P6', () => `${name()} was ${truth}, and its history has ${JSON.stringify(listSeen(state))}`);
  events.add(`state ${state.either.length > 0 ? 'either' : state.status}`);
  if (between.length === 0 && known.isExact) checkCertainty(known, state, before, after, name);
}

/** All states that the answer allows; `null`: unknown. */
function listSeen({ status, snapshot, exposure, either }: StateAt): (ObservedText | null)[] {
  const ofEither = either.map(({ status: other, entry, exposure: its }) =>
    seenIn(other, entry.instance?.arn ?? null, its),
  );
  return [seenIn(status, snapshot?.instance?.arn ?? null, exposure), ...ofEither];
}

function seenIn(status: StateAt['status'], arn: string | null, exposure: StateAt['exposure']): ObservedText | null {
  if (status === 'gone' || status === 'not-seen-yet') return absent;
  return exposure === null ? null : observedTextOf(arn, probeReach(exposure.reach));
}

/** If the instant is between two scans that observed the same, the answer must be certain, unless the instant is in a gap. */
function checkCertainty(
  { history, sightings }: Known,
  state: StateAt,
  before: NotedSighting,
  after: NotedSighting,
  name: () => string,
): void {
  const isOutside = before.record.endedAt <= state.at && state.at < after.record.startedAt;
  if (!isOutside || state.status === 'unknown') return;
  const isHedged = listSeen(state).some((seen) => seen !== before.seen);
  mustBe(!isHedged, 'P6', () => `${name()} is uncertain, and was confirmed before and after`);
  // The possible states differ only in the text of the rules and not in the exposure, so probes do not distinguish them.
  if (state.either.length > 0) return;
  const { confirmedBefore, confirmedAfter } = state;
  // A scan that was running when the text changed may have read the new text.
  const changedAt = history.entries.find(({ at, rules }) => at > state.at && rules !== null)?.at ?? '9';
  const [next = null] = sightings
    .filter(({ record }) => record.startedAt > state.at && record.endedAt < changedAt)
    .map(({ record }) => record.startedAt)
    .sort();
  const isAsSeen = (confirmedBefore ?? '') >= before.record.startedAt && confirmedAfter === next;
  mustBe(isAsSeen, 'P6', () => `${name()} claims to be confirmed at ${confirmedBefore}, and at ${confirmedAfter}`);
}

/** If the answer names a scan as a confirmation, that scan observed the state. */
function checkConfirmations({ sightings, truths, chronicle }: Known, state: StateAt): void {
  const [seen] = listSeen(state);
  for (const confirmedAt of [state.confirmedBefore, state.confirmedAfter]) {
    if (confirmedAt === null || seen === null) continue;
    const scan = sightings.find(({ record }) => record.startedAt === confirmedAt);
    if (!scan?.isAlone || truths.some(({ at }) => scan.from <= at && at < scan.until)) continue;
    const name = `${resourceKey(chronicle.resource)} at ${state.at}`;
    mustBe(scan.seen === seen, 'P6', () => `${name}: the scan of ${confirmedAt} saw ${scan.seen} and not ${seen}`);
  }
}
