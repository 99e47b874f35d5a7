/**
 * Commit, then record: steps 3 and 4 of the order of effects. Single-item conditional writes only; whatever a crash leaves behind
 * is finished by `recordPending` of the next scan.
 *
 *     commitState      version = n+1, pending = entry          crash here: the next scan finds recorded < version and records
 *     putEntry        the entry under its key                 crash here: it is there already, the put is refused, go on
 *     markRecorded    recorded = n+1, no more pending         crash here: alerted < recorded, the next scan tells
 */
import type { Resource } from '../history/entry.ts';
import type { Decision } from './decide/decision.ts';
import type { FleetStore } from './interfaces.ts';
import type { LatestState, StateCommit } from './latest-state.ts';

export interface CommitContext {
  store: FleetStore;
  /** Seconds since the epoch at which a snapshot superseded now may go; `null`: never. */
  expiresAtSeconds: number | null;
}

export type Applied =
  /** Written, or nothing to write. `latest`: as it now is, where something was committed. */
  | { outcome: 'applied'; latest: LatestState | null; committed: boolean }
  /** Another scan was first: `latest` is what it left. The observation counts as not made. */
  | { outcome: 'refused'; latest: LatestState | null };

/** Carries out a decision about `latest` (`null`: there is none yet), and records it. */
export async function applyDecision(
  decision: Decision,
  latest: LatestState | null,
  resource: Resource,
  context: CommitContext,
): Promise<Applied> {
  const { store } = context;
  switch (decision.kind) {
    case 'nothing':
      return { outcome: 'applied', latest, committed: false };
    case 'mark': {
      const marked = latest !== null && (await store.markFailure(resource, latest.version, decision.failure));
      return marked
        ? { outcome: 'applied', latest: { ...latest, failure: decision.failure }, committed: false }
        : reload(store, resource);
    }
    case 'create':
      return (await store.createState(decision.latest))
        ? { outcome: 'applied', latest: decision.latest, committed: false }
        : reload(store, resource);
    case 'commit':
      return commitAndRecord(decision.commit, decision.expected, latest, context);
  }
}

async function reload(store: FleetStore, resource: Resource): Promise<Applied> {
  return { outcome: 'refused', latest: await store.loadState(resource) };
}

async function commitAndRecord(
  commit: StateCommit,
  expected: number | null,
  before: LatestState | null,
  context: CommitContext,
): Promise<Applied> {
  const { store } = context;
  const recorded = commit.version - 1;
  let latest: LatestState = { ...commit, recorded, alerted: before?.alerted ?? recorded };
  if (!(await store.commitState(commit, expected))) {
    const found = await store.loadState(commit.resource);
    // Ours: the write was made and its answer lost.
    if (found?.version !== commit.version || found.pending?.commitId !== commit.pending.commitId) {
      return { outcome: 'refused', latest: found };
    }
    latest = found;
  }
  return { outcome: 'applied', latest: await recordPending(latest, context), committed: true };
}

/** Step 4 for a latest state that was committed and not recorded, by this scan or by one that died. Any number of scans may do it at once. */
export async function recordPending(latest: LatestState, context: CommitContext): Promise<LatestState> {
  const { store, expiresAtSeconds } = context;
  const entry = latest.pending;
  if (entry === null) return latest;
  await store.putEntry(entry);
  const { resource } = latest;
  if (entry.kind === 'gone') {
    await store.putDeparted({
      resource,
      arn: entry.instance?.arn ?? null,
      firstSeenAt: latest.firstSeenAt,
      goneAt: entry.at,
    });
  }
  if (entry.replaces !== null) {
    const { instance, firstSeenAt } = entry.replaces;
    await store.putDeparted({ resource, arn: instance.arn, firstSeenAt, goneAt: entry.at });
  }
  // Nothing that people have still to be told of may expire: in an outage longer than history is kept, it would be lost. It stays for ever.
  if (expiresAtSeconds !== null && latest.alerted >= entry.version - 1) {
    for (const at of supersededBy(entry)) await store.expireEntry(resource, at, expiresAtSeconds);
  }
  await store.markRecorded(resource, latest.version);
  return { ...latest, recorded: latest.version, pending: null };
}

/** The snapshot that is no longer in force once the entry is: none while a gap only interrupts what is known. */
function supersededBy(entry: {
  kind: string;
  previousRulesAt: string | null;
  replaces: { rulesAt: string | null } | null;
}): string[] {
  const supersedes = entry.kind === 'changed' || entry.kind === 'gone';
  return [supersedes ? entry.previousRulesAt : null, entry.replaces?.rulesAt ?? null].filter((at) => at !== null);
}
