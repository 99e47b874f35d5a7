/**
 * Checks each history at the end of a run (P6): it is the sequence of what committed reads observed, and its answers are right for every
 * instant.
 */

import type { HistorySlice, SliceScan } from '../../cli/questions/history-slice.ts';
import type { HistoryEntry } from '../../lambda/history/entry.ts';
import { isNotDue } from '../../lambda/history/find-confirmation.ts';
import { resourceKey } from '../../lambda/history/resource-key.ts';

import { checkSpans } from './check-spans.ts';
import { checkStates } from './check-states.ts';
import type { Chronicle, CommittedEntry } from './chronicle.ts';
import type { FaultRates } from './fault-rates.ts';
import { isSameEntry } from './is-same-entry.ts';
import type { Model } from './model.ts';
import { probeReach } from './probe-oracle.ts';
import type { Product } from './product.ts';
import type { Setting } from './setting.ts';
import { listSightings, listTruths } from './sightings.ts';
import { mustBe } from './violation.ts';

export async function checkHistories({ model, scheduler, product }: Setting, rates: FaultRates): Promise<void> {
  const histories = new Map<string, HistoryEntry[]>();
  for (const chronicle of model.chronicles.values()) {
    histories.set(resourceKey(chronicle.resource), await loadAndJudge(chronicle, model));
  }
  const scans: SliceScan[] = model.notes.map(({ record }) => record);
  scans.sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
  for (const chronicle of model.chronicles.values()) {
    const { resource } = chronicle;
    if (chronicle.isRegion) continue;
    const region = model.regionOf(chronicle);
    const history: HistorySlice = {
      resource,
      entries: histories.get(resourceKey(resource)) ?? [],
      regionEntries: histories.get(resourceKey(region.resource)) ?? [],
      scans,
      expiredScans: [],
    };
    checkInstants(chronicle, region, history, product);
    checkSpans(history, product);
    // With wrong clocks, instants of the history are not instants of the world.
    if (rates.clockSkewMs > 0) continue;
    checkStates({
      history,
      chronicle,
      sightings: listSightings(resource, model.notes),
      truths: listTruths(scheduler.world.past.get(resourceKey(resource)) ?? []),
      product,
      isExact: isCalm(rates),
      events: scheduler.events,
    });
  }
}

/** True if only reads fail: then every window is as narrow as possible. */
function isCalm({ failing, losingAnswers, dying, slow, overlapping, isReconfigured }: FaultRates): boolean {
  return failing + losingAnswers + dying + slow + overlapping === 0 && !isReconfigured;
}

async function loadAndJudge(chronicle: Chronicle, model: Model): Promise<HistoryEntry[]> {
  const entries = await model.loadHistory(chronicle.resource);
  const steps = chronicle.steps.filter(({ isExpired }) => !isExpired);
  const key = resourceKey(chronicle.resource);
  mustBe(entries.length === steps.length, 'P6', () => `${key} has ${entries.length} entries of ${steps.length}`);
  for (const [index, entry] of entries.entries()) {
    const committed = steps[index];
    const isSame =
      committed !== undefined && isSameEntry(withoutBeside(entry, committed), committed.entry, committed.json);
    mustBe(isSame, 'P6', () => `${key} version ${entry.version} was rewritten, or differs from the commit`);
  }
  return entries;
}

/** An attribution that was stored later is loaded together with its entry, and is removed here. */
function withoutBeside(loaded: HistoryEntry, { attribution, entry }: CommittedEntry): HistoryEntry {
  const { changedBy: _, ...rest } = loaded;
  if (attribution === null) return loaded;
  return entry.changedBy ? { ...rest, changedBy: entry.changedBy } : rest;
}

/**
 * Checks the answer just before each entry, at each entry, and long after the last entry. Even with wrong clocks, the answer is the state
 * of the newest entry at that instant.
 */
function checkInstants(chronicle: Chronicle, region: Chronicle, history: HistorySlice, product: Product): void {
  const { steps } = chronicle;
  const timeline = product.buildTimeline(history);
  const check = (at: string, index: number) => {
    // A transient change between two reads leaves the state unchanged.
    const step = steps.slice(0, index + 1).findLast(({ entry }) => entry.kind !== 'flapped') ?? null;
    const next = steps[index + 1] ?? null;
    const { status, exposure, gap } = product.stateAt(history, at, timeline);
    const name = () => `at ${at}, ${resourceKey(chronicle.resource)}`;
    const expected = isUnread(history, at) ? 'unknown' : statusBy(step, region, at);
    // The history has no answer for the span of an expired snapshot, and none for the span before, because the end of that span is unknown.
    const isLost =
      step?.isExpired === true ||
      next?.isExpired === true ||
      holderOf(step, steps)?.isExpired === true ||
      steps.some(({ isExpired, entry }) => isExpired && isWithinWindow(entry, at));
    mustBe(
      status === (isLost ? status : expected),
      'P6',
      () => `${name()} is ${status} in its history, and was ${expected}`,
    );
    mustBe((gap !== null) === (status === 'unknown'), 'P6', () => `${name()} is ${status}, and in no gap`);
    mustBe(
      isLost || gap?.reason !== 'expired',
      'P6',
      () => `${name()} is unknown because of an expiry, without reason`,
    );
    if (isLost || step === null || step.entry.kind === 'gone') return;
    const isSame = (exposure && probeReach(exposure.reach)) === (step.after?.exposure ?? null);
    mustBe(isSame, 'P6', () => `${name()} exposed something else than in its history`);
  };
  for (const [index, { entry }] of steps.entries()) {
    check(new Date(Date.parse(entry.at) - 1).toISOString(), index - 1);
    check(entry.at, index);
  }
  check('9000-01-01T00:00:00.000Z', steps.length - 1);
}

function statusBy(step: CommittedEntry | null, region: Chronicle, at: string): string {
  if (step === null) return 'not-seen-yet';
  const { kind } = step.entry;
  if (kind === 'gone') return 'gone';
  const regionEntry = region.steps.findLast(({ entry }) => entry.at <= at)?.entry;
  const isRegionLost = regionEntry?.kind === 'gap' && regionEntry.at > step.entry.at;
  return kind === 'gap' || isRegionLost ? 'unknown' : 'known';
}

const isWithinWindow = ({ changedAfter, at: foundAt }: HistoryEntry, at: string) =>
  (changedAfter ?? '') < at && at < foundAt;

/**
 * True if a scan before the instant failed to read the instance, and nothing has read it since: no later scan that is over, and no entry.
 * Both scan items and entries name failed scans.
 */
function isUnread({ resource, entries, regionEntries, scans }: HistorySlice, at: string): boolean {
  const key = resourceKey(resource);
  const { region } = resource;
  const states = entries.filter(({ kind, failure }) => kind !== 'flapped' || failure !== null);
  const reads = states.filter(({ kind }) => kind !== 'gap').map((entry) => entry.at);
  const listings = regionEntries.filter(({ kind }) => kind !== 'gap').map((entry) => entry.at);
  const confirming = scans.filter(
    ({ regionsListed, notRead }) => regionsListed.includes(region) && !notRead.includes(key),
  );
  const isThere = (then: string) => {
    const state = states.findLast((entry) => entry.at <= then);
    return state === undefined ? (entries[0]?.version ?? 1) > 1 : state.kind !== 'gone';
  };
  const failures = [
    ...scans
      .filter((scan) => !confirming.includes(scan) && !isNotDue(scan, region))
      .map(({ startedAt, notRead }) => ({ since: startedAt, isNamed: notRead.includes(key) })),
    ...entries.flatMap(({ failure }) => (failure === null ? [] : [{ since: failure.since, isNamed: true }])),
    ...regionEntries.flatMap(({ failure }) => (failure === null ? [] : [{ since: failure.since, isNamed: false }])),
  ];
  const isOver = (since: string) =>
    confirming.some(({ startedAt, endedAt }) => startedAt >= since && startedAt <= at && endedAt <= at) ||
    reads.some((read) => read > since && read <= at);
  const open = failures.filter(({ since, isNamed }) => since <= at && (isNamed || isThere(since)) && !isOver(since));
  const last = open
    .map(({ since }) => since)
    .sort()
    .at(-1);
  // A gap that only the region had caused ends when the region is listed again.
  const isListed = last !== undefined && listings.some((listed) => listed >= last && listed <= at);
  return open.length > 0 && (open.some(({ isNamed }) => isNamed) || !isListed);
}

function holderOf(step: CommittedEntry | null, steps: readonly CommittedEntry[]): CommittedEntry | null {
  if (step === null || step.entry.rules) return step;
  return steps.find(({ entry }) => entry.at === step.entry.previousRulesAt) ?? null;
}
