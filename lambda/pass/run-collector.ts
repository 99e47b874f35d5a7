/** The collector publishes the outbox, worst severity first, and ends the pass. docs/architecture.md lists the steps in order. */
import { toInstant } from '../history/instants.ts';
import { attempt } from '../scan/scan-run.ts';
import { type CollectScope, decideCollectorRun } from './decide-collector-run.ts';
import { type EndPassSetup, endPass, loadProgress, type PassEnd } from './end-pass.ts';
import type { CollectorGrant } from './interfaces.ts';
import { type PublishedCount, type PublishSetup, publishOutbox } from './publish-outbox.ts';

export interface CollectorSetup extends PublishSetup, EndPassSetup {}

export interface CollectReport extends PublishedCount {
  /** True: another run has the lease, and this run did nothing. */
  skipped: boolean;
  /** `null`: this run ended no pass. */
  passEnded: PassEnd | null;
}

const leaseGraceMs = 30_000;

/** `deadlineAt`: ms since the epoch. Throws if the table fails, or if a newer version of Portwatch wrote the lease item. */
export async function runCollector(
  setup: CollectorSetup,
  scope: CollectScope,
  deadlineAt: number,
): Promise<CollectReport> {
  const { passes, clock, newId } = setup;
  const holder = newId();
  const report: CollectReport = { skipped: false, published: 0, alerts: 0, passEnded: null };
  if (scope === 'critical' && (await setup.outbox.loadGroups(null, 1, true)).groups.length === 0) return report;
  const grant = await passes.takeCollectorLease({ holder, now: clock(), until: deadlineAt + leaseGraceMs });
  if (grant === null) return { ...report, skipped: true };
  const left: CollectorGrant = { criticalAt: null, allAt: null };
  try {
    await collect(scope, grant, left, report, deadlineAt, setup);
    return report;
  } finally {
    await attempt(setup, 'return the lease of the collector', () => passes.releaseCollectorLease({ holder, ...left }));
  }
}

async function collect(
  scope: CollectScope,
  grant: CollectorGrant,
  left: CollectorGrant,
  report: CollectReport,
  deadlineAt: number,
  setup: CollectorSetup,
): Promise<void> {
  const { accounts, clock, settings, outbox } = setup;
  const intervalMs = settings.scanEveryMinutes * 60_000;
  const known = await accounts.loadAccounts();
  // Most runs find an empty outbox between two passes, and need not load the newest scan of each account.
  const isIdle = known.pass === null || known.pass.endedAt !== null;
  if (isIdle && (await outbox.loadGroups(null, 1, false)).groups.length === 0) return;
  const progress = await loadProgress(known, setup);
  const { publish, endsPass } = decideCollectorRun(scope, known.pass, progress.isOver, grant, clock(), intervalMs);
  const now = toInstant(clock());
  if (publish !== null) {
    const isDone = await publishOutbox(publish, endsPass ? known.pass : null, progress, report, deadlineAt, setup);
    if (report.published > 0) left.criticalAt = now;
    if (publish === 'all' && isDone) left.allAt = now;
  }
  // If the collector has never published all groups, a pass that does not end would delay the groups without limit. So the first run stores
  // its instant as `allAt`: two intervals later, all groups are published.
  if (grant.allAt === null && scope === 'all' && publish !== 'all') left.allAt = now;
  if (endsPass && known.pass !== null) report.passEnded = await endPass(known.pass, progress, setup);
}
