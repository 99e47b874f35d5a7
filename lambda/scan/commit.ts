/**
 * Steps 3 and 4 of a scan: commit, then record. Each write changes one item. After a crash, the next scan calls `recordPending`:
 *
 *     commitState     version = n+1, pending = entry          crash here: the next scan finds recorded < version and records
 *     putEntry        the entry under its key                 crash here: the next scan's write is refused, and it continues
 *     markRecorded    recorded = n+1, pending = null          crash here: alerted < recorded, and the next scan publishes
 */

import type { Resource } from '../history/entry.ts';
import type { LatestState, StateCommit } from '../history/latest-state.ts';
import { decideExpiry } from './decide/decide-expiry.ts';
import type { Decision } from './decide/decision.ts';
import type { WriteResult } from './interfaces.ts';
import type { Run } from './scan-run.ts';

type Applied =
  /** The decision was written, or needed no write. `latest`: the state after the decision. */
  | { outcome: 'applied'; latest: LatestState | null; isCommitted: boolean }
  /** Another scan wrote the latest state first. `latest`: the state that the other scan wrote. */
  | { outcome: 'refused'; latest: LatestState | null };

/**
 * Writes a decision, and records its entry. `latest`: the state on which the decision is based. Throws if the table fails, or if a stored
 * state cannot be read.
 */
export async function applyDecision(
  decision: Decision,
  latest: LatestState | null,
  resource: Resource,
  run: Run,
): Promise<Applied> {
  const { store } = run;
  switch (decision.kind) {
    case 'nothing':
      return { outcome: 'applied', latest, isCommitted: false };
    case 'mark': {
      if (latest === null) return { outcome: 'refused', latest: await store.loadState(resource) };
      const { failure, seenAt, instance } = decision;
      const marked = { ...latest, failure, seenAt, instance: instance ?? latest.instance };
      return toApplied(await store.markFailure(resource, latest.version, { failure, seenAt }, instance), marked);
    }
    case 'create':
      return toApplied(await store.createState(decision.latest), decision.latest);
    case 'commit':
      return commitAndRecord(decision.commit, decision.expected, latest, run);
  }
}

function toApplied(result: WriteResult, latest: LatestState): Applied {
  if (!result.written) return { outcome: 'refused', latest: result.found };
  return { outcome: 'applied', latest, isCommitted: false };
}

async function commitAndRecord(
  commit: StateCommit,
  expected: number | null,
  before: LatestState | null,
  run: Run,
): Promise<Applied> {
  const recorded = commit.version - 1;
  let latest: LatestState = { ...commit, recorded, alerted: before?.alerted ?? recorded };
  const result = await run.store.commitState(commit, expected);
  if (!result.written) {
    const { found } = result;
    // If the answer to the write was lost, the stored commit is perhaps the commit of this scan.
    if (found?.version !== commit.version || found.pending?.commitId !== commit.pending.commitId) {
      return { outcome: 'refused', latest: found };
    }
    latest = found;
  }
  return { outcome: 'applied', latest: await recordPending(latest, run), isCommitted: true };
}

/**
 * Step 4 of a scan: writes the pending entry to the history. The entry is of this scan, or of an earlier scan that crashed after the
 * commit. Several scans can record the same entry at the same time.
 */
export async function recordPending(latest: LatestState, run: Run): Promise<LatestState> {
  const { store, expiresAtSeconds } = run;
  const entry = latest.pending;
  if (entry === null) return latest;
  await store.putEntry(entry);
  const { resource } = latest;
  if (entry.kind === 'gone') {
    const { firstSeenAt } = latest;
    await store.putDeparted({ resource, arn: entry.instance?.arn ?? null, firstSeenAt, goneAt: entry.at });
  }
  if (entry.replaces !== null) {
    const { instance, firstSeenAt } = entry.replaces;
    await store.putDeparted({ resource, arn: instance.arn, firstSeenAt, goneAt: entry.at });
  }
  if (expiresAtSeconds !== null) {
    for (const at of decideExpiry(latest, entry)) await store.expireEntry(resource, at, expiresAtSeconds);
  }
  await store.markRecorded(resource, latest.version);
  return { ...latest, recorded: latest.version, pending: null };
}
