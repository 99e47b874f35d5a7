/**
 * The collector: publishes the groups of the outbox of all accounts together, worst first, and ends the pass. A group is deleted after SNS
 * has accepted its message. After a crash between the two, the group is sent again, with the same `alertId`, so nothing is lost. The first
 * failure ends the run, and the next run continues there.
 */
import { planMessages } from '../alerts/plan-messages.ts';
import { severities } from '../firewall/index.ts';
import { compareText } from '../history/compare-text.ts';
import { earlierOf, toInstant } from '../history/instants.ts';
import { buildDigestContext } from '../scan/digest-context.ts';
import type { AlertPublisher } from '../scan/interfaces.ts';
import { attempt } from '../scan/scan-run.ts';
import { type CollectScope, coverageOf, decideCollect, measurePass, type PassProgress } from './decide-collect.ts';
import type { CollectorGrant, LoadedAccounts, OutboxStore, Pass, PassStore } from './interfaces.ts';
import { type MergedGroup, mergeGroups } from './merge-groups.ts';
import type { RegistrySetup } from './note-account.ts';

export interface CollectorSetup extends Omit<RegistrySetup, 'outbox' | 'publisher'> {
  outbox: OutboxStore;
  publisher: AlertPublisher;
  passes: PassStore;
  newId: () => string;
}

/** The result of a pass, for the metrics. */
export interface PassEnd
  extends Pick<PassProgress, 'complete' | 'accounts' | 'accountsScanned' | 'openGaps' | 'accountsNotScanned'> {
  startedAt: string;
  accountsFailed: number;
  /** Seconds; 0 if every entry of every account is alerted. */
  oldestUntoldAlertAgeSeconds: number;
}

export interface CollectReport {
  /** True if another run of the collector has the lease; then nothing was done. */
  skipped: boolean;
  /** Number of published messages. */
  published: number;
  alerts: number;
  /** `null`: the pass has not ended yet, or ended earlier. */
  passEnded: PassEnd | null;
}

/** The lease lasts this long after the deadline. */
const leaseGraceMs = 30_000;
/** The time at the end of a run in which no message is published. */
const reserveMs = 3_000;
/** The largest number of groups in memory. */
const groupsAtOnce = 2_000;

/** `deadlineAt`: ms since the epoch. Throws if the table fails. */
export async function collectAlerts(
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
  // Most runs find an empty outbox after the end of a pass: they read no lease items.
  const isIdle = known.pass === null || known.pass.endedAt !== null;
  if (isIdle && (await outbox.loadGroups(null, 1, false)).groups.length === 0) return;
  const progress = await loadProgress(known, setup);
  const { publish, endsPass } = decideCollect(scope, known.pass, progress.isOver, grant, clock(), intervalMs);
  const now = toInstant(clock());
  if (publish !== null) {
    const isDone = await publishAll(publish, endsPass ? known.pass : null, progress, report, deadlineAt, setup);
    if (report.published > 0) left.criticalAt = now;
    if (publish === 'all' && isDone) left.allAt = now;
  }
  // The time of the first run is stored. A pass that does not end delays alerts for a limited time after this instant.
  if (grant.allAt === null && scope === 'all' && publish !== 'all') left.allAt = now;
  if (endsPass && known.pass !== null) report.passEnded = await endPass(known.pass, progress, setup);
}

/**
 * Ends the previous pass if it has not ended when the next one begins. Its result counts, and its alerts are published with those of the
 * next pass. `null`: no such pass.
 */
export async function endPassBefore(
  setup: Pick<CollectorSetup, 'accounts' | 'passes' | 'outbox' | 'settings' | 'clock'>,
): Promise<PassEnd | null> {
  const known = await setup.accounts.loadAccounts();
  if (known.pass === null || known.pass.endedAt !== null) return null;
  return endPass(known.pass, await loadProgress(known, setup), setup);
}

async function loadProgress(
  { accounts, refused, pass }: LoadedAccounts,
  { passes, clock, settings }: Pick<CollectorSetup, 'passes' | 'clock' | 'settings'>,
): Promise<PassProgress> {
  const watched = accounts.filter(({ status }) => status === 'watched');
  // An account whose item cannot be read is still scanned.
  const unread = refused.map(({ key }) => ({ account: key, failure: null }));
  const all = [...watched, ...unread];
  const lastScans = await passes.loadLastScans(all.map(({ account }) => account));
  const startedAt = pass?.startedAt ?? toInstant(clock());
  return measurePass({ startedAt }, all, lastScans, clock(), settings.scanEveryMinutes * 60_000);
}

/** `null`: another run has ended the pass. */
async function endPass(
  { startedAt }: Pass,
  progress: PassProgress,
  { passes, outbox, clock }: Pick<CollectorSetup, 'passes' | 'outbox' | 'clock'>,
): Promise<PassEnd | null> {
  const { complete, accounts, accountsScanned, accountsFailed, openGaps, accountsNotScanned } = progress;
  if (!(await passes.endPass(startedAt, toInstant(clock()), complete))) return null;
  const oldest = earlierOf(await outbox.loadOldestAt(), progress.oldestWaitingAt);
  const ageSeconds = oldest === null ? 0 : Math.max(0, (clock() - Date.parse(oldest)) / 1000);
  return {
    ...{ startedAt, complete, accounts, accountsScanned, accountsFailed: accountsFailed.length },
    ...{ openGaps, accountsNotScanned, oldestUntoldAlertAgeSeconds: ageSeconds },
  };
}

/** Returns false if some groups were not published. `ending`: the pass that ends now. Never throws. */
async function publishAll(
  scope: CollectScope,
  ending: Pass | null,
  progress: PassProgress,
  report: CollectReport,
  deadlineAt: number,
  setup: CollectorSetup,
): Promise<boolean> {
  const { outbox, publisher, observe, clock, newId } = setup;
  const { settings, tableName, homeRegion: tableRegion } = setup;
  const place = { settings, tableName, tableRegion, startedAt: toInstant(clock()) };
  const digest = buildDigestContext(place, coverageOf(progress));
  const digestId = newId();
  try {
    for (let after: string | null = null, isFirst = true; isFirst || after !== null; isFirst = false) {
      const loaded = await outbox.loadGroups(after, groupsAtOnce, scope === 'critical');
      for (const item of loaded.refused) observe({ event: 'item-refused', item });
      const merged = mergeGroups(loaded.groups, ending, digest);
      const groups = merged.sort(compareGroups);
      if (groups.length > 0 && !(await publisher.hasConfirmedSubscriber())) {
        observe({ event: 'not-told', why: 'no-confirmed-subscriber' });
        return false;
      }
      let done = 0;
      const more = report.alerts + (loaded.nextAfter === null ? 0 : groupsAtOnce);
      for (const planned of planMessages(
        groups.map(({ alerts }) => alerts),
        digest,
        digestId,
        more,
      )) {
        if (clock() > deadlineAt - reserveMs) throw new Error('the collector ran out of time');
        await publisher.publish(planned.message);
        report.published += 1;
        report.alerts += planned.alertCount;
        observe({ event: 'told', alerts: planned.alertCount, subject: planned.message.subject });
        for (const { keys } of groups.slice(done, planned.groupsDone))
          await Promise.all(keys.map((key) => outbox.deleteGroup(key)));
        done = planned.groupsDone;
      }
      after = loaded.nextAfter;
    }
    return true;
  } catch (error) {
    observe({ event: 'not-told', why: 'publish-failed', error });
    return false;
  }
}

/** Orders groups worst first. The same change of several accounts is adjacent, so that it is in one message if it fits. */
function compareGroups(a: MergedGroup, b: MergedGroup): number {
  const rank = ({ alerts }: MergedGroup) => Math.min(...alerts.map(({ severity }) => severities.indexOf(severity)));
  return rank(a) - rank(b) || compareText(a.likeness, b.likeness) || compareText(a.keys[0] ?? '', b.keys[0] ?? '');
}
