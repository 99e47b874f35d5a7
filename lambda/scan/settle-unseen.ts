/** What calls did between two scans that neither of them saw, as entries of the history: found, committed and recorded. */

import type { ApiCall } from '../attribution/api-call.ts';
import { ratingPolicy } from '../firewall/index.ts';
import type { ScanNote } from '../history/scan-note.ts';
import { attempt } from './attempt.ts';
import type { CallState } from './call-roles.ts';
import { applyDecision, type CommitContext } from './commit.ts';
import { decideTransientChange } from './decide/decide-transient-change.ts';
import type { Dossiers } from './dossiers.ts';
import type { ScanObserver } from './interfaces.ts';
import { findUnseen, listUnseen } from './judge-calls.ts';
import { type LatestState, resourceKey } from './latest-state.ts';
import type { LookedAt } from './look-up-region.ts';
import type { Moment } from './moment.ts';

export interface UnseenDeps {
  context: CommitContext;
  observe: ScanObserver;
  /** Moment of now: the clock is read at each call. */
  moment: () => Moment;
  dossiers: Dossiers;
  /** By `resourceKey`. */
  states: ReadonlyMap<string, LatestState>;
  /** When the pass began: ms since the epoch. */
  nowMs: number;
}

export interface SettledUnseen {
  /** Region to the instant up to which all is done there. */
  doneUntil: Record<string, string>;
  /** As they are after the commits that were made. */
  changed: LatestState[];
}

/** Scans of so long before a call may be the last that saw what was before it. */
const scansBackMs = 20 * 60_000;

/** Throws nothing: of what could not be settled, its region keeps the place. */
export async function settleUnseen(
  looked: readonly LookedAt[],
  state: CallState | null,
  deps: UnseenDeps,
): Promise<SettledUnseen> {
  const settled: SettledUnseen = { doneUntil: {}, changed: [] };
  const settling: Settling = { ...deps, changed: settled.changed, loadScans: scansLoader(looked, deps) };
  for (const { region, span, calls } of looked) {
    const waits = calls === null ? null : await settleRegion(region, calls, settling);
    const done = waits === null ? state?.doneUntil[region] : [span.until, ...waits].sort()[0];
    if (done !== undefined) settled.doneUntil[region] = done;
  }
  return settled;
}

interface Settling extends UnseenDeps {
  changed: LatestState[];
  loadScans: () => Promise<ScanNote[]>;
}

/** Only where some call is not accounted for, and once. */
function scansLoader(looked: readonly LookedAt[], { context, moment, nowMs }: UnseenDeps): () => Promise<ScanNote[]> {
  const oldest = looked.flatMap(({ calls }) => calls?.map(({ at }) => at) ?? []).sort()[0];
  let scans: Promise<ScanNote[]> | undefined;
  return () => {
    const from = new Date((oldest === undefined ? nowMs : Date.parse(oldest)) - scansBackMs).toISOString();
    scans ??= context.store.loadScansSince(moment().settings.account, from);
    return scans;
  };
}

/** Instants of calls of which it can't be said yet what they did. */
async function settleRegion(region: string, calls: readonly ApiCall[], deps: Settling): Promise<string[]> {
  const waits: string[] = [];
  for (const instanceName of new Set(calls.flatMap((call) => call.instanceNames))) {
    const latest = deps.states.get(resourceKey({ region, instanceName }));
    const own = calls.filter((call) => call.instanceNames.includes(instanceName));
    if (latest === undefined || listUnseen({ latest, entries: [] }, own).length === 0) continue;
    const oldest = own.map(({ at }) => at).sort()[0] ?? '';
    const step = `find what calls to ${instanceName} in ${region} did`;
    const waitsFrom = await attempt(deps.observe, step, () => settleInstanceCalls(latest, own, oldest, deps));
    if (waitsFrom !== null) waits.push(waitsFrom ?? oldest);
  }
  return waits;
}

/** From which call on it waits; `null`: it does not. */
async function settleInstanceCalls(
  known: LatestState,
  calls: readonly ApiCall[],
  oldest: string,
  { dossiers, context, moment, nowMs, loadScans, changed }: Settling,
): Promise<string | null> {
  const dossier = await dossiers.load(known, oldest);
  if (dossier === undefined) return oldest;
  if (listUnseen(dossier, calls).length === 0) return null;
  const [first] = dossier.entries;
  const holderAt = first && first.rules === null ? first.previousRulesAt : null;
  const holder = holderAt === null ? null : await dossiers.loadEntry(known.resource, holderAt, dossier);
  const question = { nowMs, policy: ratingPolicy(moment().settings.highRiskPorts) };
  const { transients, waitsFrom } = findUnseen(dossier, holder, calls, await loadScans(), question);
  let latest = known;
  for (const transient of transients) {
    const applied = await applyDecision(
      decideTransientChange(latest, transient, moment()),
      latest,
      latest.resource,
      context,
    );
    // Another scan was first: what it found may tell another story.
    if (applied.outcome === 'refused' || applied.latest === null) return oldest;
    latest = applied.latest;
  }
  if (transients.length > 0) changed.push(latest);
  return waitsFrom;
}
