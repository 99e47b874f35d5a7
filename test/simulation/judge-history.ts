/**
 * Checks each history at the end of a run (P6): it is the sequence of what committed reads observed, and its answers
 * are right for every instant.
 */

import type { Evidence } from '../../cli/questions/evidence.ts';
import type { HistoryEntry } from '../../lambda/history/entry.ts';
import type { ScanNote } from '../../lambda/history/scan-note.ts';
import { resourceKey } from '../../lambda/scan/latest-state.ts';
import type { Chronicle, Step } from './chronicle.ts';
import type { Climate } from './climate.ts';
import { isSameEntry } from './is-same-entry.ts';
import { judgeSpans } from './judge-spans.ts';
import { judgeStates } from './judge-states.ts';
import type { Model } from './model.ts';
import { probeReach } from './probe-oracle.ts';
import type { Product } from './product.ts';
import type { Setting } from './setting.ts';
import { listSightings, listTruths } from './sightings-of.ts';
import { mustBe } from './violation.ts';

export async function judgeHistories({ model, stage, product }: Setting, climate: Climate): Promise<void> {
  const histories = new Map<string, HistoryEntry[]>();
  for (const chronicle of model.chronicles.values()) {
    histories.set(resourceKey(chronicle.resource), await loadAndJudge(chronicle, model));
  }
  const scans: ScanNote[] = model.notes.map(({ record }) => record);
  scans.sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
  for (const chronicle of model.chronicles.values()) {
    const { resource } = chronicle;
    if (chronicle.isRegion) continue;
    const region = model.regionOf(chronicle);
    const evidence: Evidence = {
      resource,
      entries: histories.get(resourceKey(resource)) ?? [],
      regionEntries: histories.get(resourceKey(region.resource)) ?? [],
      scans,
    };
    judgeInstants(chronicle, region, evidence, product);
    judgeSpans(evidence, product);
    // With wrong clocks, instants of the history are not instants of the world.
    if (climate.clockSkewMs > 0) continue;
    judgeStates({
      evidence,
      chronicle,
      sightings: listSightings(resource, model.notes),
      truths: listTruths(stage.world.past.get(resourceKey(resource)) ?? []),
      product,
      isExact: isCalm(climate),
      events: stage.events,
    });
  }
}

/** If only reads fail, every window is as narrow as possible. */
function isCalm({ failing, losingAnswers, dying, slow, overlapping, isReconfigured }: Climate): boolean {
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
    mustBe(isSame, 'P6', () => `${key} version ${entry.version} was rewritten, or recorded otherwise than committed`);
  }
  return entries;
}

/** An attribution that was stored later is loaded with an entry, and is not a part of the entry. */
function withoutBeside(entry: HistoryEntry, { isAttributed }: Step): HistoryEntry {
  const { changedBy, ...rest } = entry;
  return isAttributed && changedBy ? rest : entry;
}

/**
 * Just before each entry, at the entry, and long after the last one: whatever the clocks, the answer is the state of
 * the newest entry by then.
 */
function judgeInstants(chronicle: Chronicle, region: Chronicle, evidence: Evidence, product: Product): void {
  const { steps } = chronicle;
  const timeline = product.buildTimeline(evidence);
  const judge = (at: string, index: number) => {
    // A transient change between two reads leaves the state unchanged.
    const step = steps.slice(0, index + 1).findLast(({ entry }) => entry.kind !== 'flapped') ?? null;
    const next = steps[index + 1] ?? null;
    const { status, exposure, gap } = product.stateAt(evidence, at, timeline);
    const name = () => `at ${at}, ${resourceKey(chronicle.resource)}`;
    const expected = statusBy(step, region, at);
    // The history has no answer for the span of an expired snapshot, nor for the span before, because its end is
    // unknown.
    const isLost = step?.isExpired === true || next?.isExpired === true || holderOf(step, steps)?.isExpired === true;
    mustBe(
      status === (isLost ? status : expected),
      'P6',
      () => `${name()} is ${status} by its history, and was ${expected}`,
    );
    mustBe((gap !== null) === (status === 'unknown'), 'P6', () => `${name()} is ${status}, and in no gap`);
    mustBe(isLost || gap?.reason !== 'expired', 'P6', () => `${name()} is said to have expired`);
    if (isLost || step === null || step.entry.kind === 'gone') return;
    const isSame = (exposure && probeReach(exposure.reach)) === (step.after?.exposure ?? null);
    mustBe(isSame, 'P6', () => `${name()} exposed something else than its history says`);
  };
  for (const [index, { entry }] of steps.entries()) {
    judge(new Date(Date.parse(entry.at) - 1).toISOString(), index - 1);
    judge(entry.at, index);
  }
  judge('9000-01-01T00:00:00.000Z', steps.length - 1);
}

function statusBy(step: Step | null, region: Chronicle, at: string): string {
  if (step === null) return 'not-seen-yet';
  const { kind } = step.entry;
  if (kind === 'gone') return 'gone';
  const regionEntry = region.steps.findLast(({ entry }) => entry.at <= at)?.entry;
  const isRegionLost = regionEntry?.kind === 'gap' && regionEntry.at > step.entry.at;
  return kind === 'gap' || isRegionLost ? 'unknown' : 'known';
}

function holderOf(step: Step | null, steps: readonly Step[]): Step | null {
  if (step === null || step.entry.rules) return step;
  return steps.find(({ entry }) => entry.at === step.entry.previousRulesAt) ?? null;
}
