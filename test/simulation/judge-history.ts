/** P6 when all is over: each history is the sequence of what committed reads saw, and says the right thing of every instant. */

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
    // Where clocks are off, instants of the history are no instants of the world.
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

/** Nothing fails but what is to be read: then every window is as narrow as it can be. */
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

/** What was put beside it later comes with an entry, and is no part of it. */
function withoutBeside(entry: HistoryEntry, { isAttributed }: Step): HistoryEntry {
  const { changedBy, ...rest } = entry;
  return isAttributed && changedBy ? rest : entry;
}

/** Just before each step, at it, and long after the last one: whatever the clocks, it is what the newest step by then says. */
function judgeInstants(chronicle: Chronicle, region: Chronicle, evidence: Evidence, product: Product): void {
  const { steps } = chronicle;
  const timeline = product.buildTimeline(evidence);
  const judge = (at: string, index: number) => {
    // What flapped between two reads leaves the state as it is.
    const step = steps.slice(0, index + 1).findLast(({ entry }) => entry.kind !== 'flapped') ?? null;
    const next = steps[index + 1] ?? null;
    const { status, exposure, gap } = product.stateAt(evidence, at, timeline);
    const name = () => `at ${at}, ${resourceKey(chronicle.resource)}`;
    const expected = statusBy(step, region, at);
    // Of a span whose snapshot expired, the history says nothing any more; nor of the one before, as it can't tell where that ended.
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
