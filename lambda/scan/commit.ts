/**
 * Commit, then record: steps 3 and 4 of the order of effects. Single-item conditional writes only; whatever a crash leaves behind
 * is finished by `recordPending` of the next scan.
 *
 *     commitHead      version = n+1, pending = entry          crash here: the next scan finds recorded < version and records
 *     putEntry        the entry under its key                 crash here: it is there already, the put is refused, go on
 *     markRecorded    recorded = n+1, no more pending         crash here: told < recorded, the next scan tells
 */
import type { Subject } from '../history/entry.ts';
import type { Decision } from './decision.ts';
import type { Head, HeadCommit } from './head.ts';
import type { FleetStore } from './roles.ts';

export interface CommitContext {
  store: FleetStore;
  /** Seconds since the epoch at which a snapshot superseded now may go; `null`: never. */
  expiresAtSeconds: number | null;
}

export type Applied =
  /** Written, or nothing to write. `head`: as it now is, where something was committed. */
  | { outcome: 'applied'; head: Head | null; committed: boolean }
  /** Another scan was first: `head` is what it left. The observation counts as not made. */
  | { outcome: 'refused'; head: Head | null };

/** Carries out a decision about `head` (`null`: there is none yet), and records it. */
export async function applyDecision(
  decision: Decision,
  head: Head | null,
  subject: Subject,
  context: CommitContext,
): Promise<Applied> {
  const { store } = context;
  switch (decision.kind) {
    case 'nothing':
      return { outcome: 'applied', head, committed: false };
    case 'mark': {
      const marked = head !== null && (await store.markFailure(subject, head.version, decision.failure));
      return marked
        ? { outcome: 'applied', head: { ...head, failure: decision.failure }, committed: false }
        : reload(store, subject);
    }
    case 'create':
      return (await store.createHead(decision.head))
        ? { outcome: 'applied', head: decision.head, committed: false }
        : reload(store, subject);
    case 'commit':
      return commitAndRecord(decision.commit, decision.expected, head, context);
  }
}

async function reload(store: FleetStore, subject: Subject): Promise<Applied> {
  return { outcome: 'refused', head: await store.loadHead(subject) };
}

async function commitAndRecord(
  commit: HeadCommit,
  expected: number | null,
  before: Head | null,
  context: CommitContext,
): Promise<Applied> {
  const { store } = context;
  const recorded = commit.version - 1;
  let head: Head = { ...commit, recorded, told: before?.told ?? recorded };
  if (!(await store.commitHead(commit, expected))) {
    const found = await store.loadHead(commit.subject);
    // Ours: the write was made and its answer lost.
    if (found?.version !== commit.version || found.pending?.commitId !== commit.pending.commitId) {
      return { outcome: 'refused', head: found };
    }
    head = found;
  }
  return { outcome: 'applied', head: await recordPending(head, context), committed: true };
}

/** Step 4 for a head that was committed and not recorded, by this scan or by one that died. Any number of scans may do it at once. */
export async function recordPending(head: Head, context: CommitContext): Promise<Head> {
  const { store, expiresAtSeconds } = context;
  const entry = head.pending;
  if (entry === null) return head;
  await store.putEntry(entry);
  const { subject } = head;
  if (entry.kind === 'gone') {
    await store.putDeparted({
      subject,
      arn: entry.instance?.arn ?? null,
      firstSeenAt: head.firstSeenAt,
      goneAt: entry.at,
    });
  }
  if (entry.replaces !== null) {
    const { instance, firstSeenAt } = entry.replaces;
    await store.putDeparted({ subject, arn: instance.arn, firstSeenAt, goneAt: entry.at });
  }
  // Nothing that people have still to be told of may expire: in an outage longer than history is kept, it would be lost. It stays for ever.
  if (expiresAtSeconds !== null && head.told >= entry.version - 1) {
    for (const at of supersededBy(entry)) await store.expireEntry(subject, at, expiresAtSeconds);
  }
  await store.markRecorded(subject, head.version);
  return { ...head, recorded: head.version, pending: null };
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
