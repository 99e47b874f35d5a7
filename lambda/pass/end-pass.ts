/** Ends a pass over all accounts, and returns the values of its metrics. */
import { earlierOf, toInstant } from '../history/instants.ts';
import type { LoadedAccounts, OutboxStore, Pass, PassStore } from './interfaces.ts';
import { measurePass, type PassProgress } from './pass-progress.ts';
import type { RegistrySetup } from './update-registry.ts';

export interface EndPassSetup extends Pick<RegistrySetup, 'accounts' | 'settings' | 'clock'> {
  outbox: OutboxStore;
  passes: PassStore;
}

/** The result of a pass, for the metrics. */
export interface PassEnd
  extends Pick<PassProgress, 'complete' | 'accounts' | 'accountsScanned' | 'openGaps' | 'accountsNotScanned'> {
  startedAt: string;
  accountsFailed: number;
  /** Seconds; 0 if every entry of every account is alerted. */
  oldestUntoldAlertAgeSeconds: number;
}

/**
 * Ends the previous pass when the next pass begins. The alerts of the previous pass are published with those of the next pass. `null`: no
 * pass was running, or another run has ended the pass.
 */
export async function endPassBefore(setup: EndPassSetup): Promise<PassEnd | null> {
  const known = await setup.accounts.loadAccounts();
  if (known.pass === null || known.pass.endedAt !== null) return null;
  return endPass(known.pass, await loadProgress(known, setup), setup);
}

export async function loadProgress(
  { accounts, refused, pass }: LoadedAccounts,
  { passes, clock, settings }: Pick<EndPassSetup, 'passes' | 'clock' | 'settings'>,
): Promise<PassProgress> {
  const watched = accounts.filter(({ status }) => status === 'watched');
  // An account whose item cannot be read is still scanned, so the account counts here.
  const unread = refused.map(({ key }) => ({ account: key, failure: null }));
  const all = [...watched, ...unread];
  const lastScans = await passes.loadLastScans(all.map(({ account }) => account));
  const startedAt = pass?.startedAt ?? toInstant(clock());
  return measurePass({ startedAt }, all, lastScans, clock(), settings.scanEveryMinutes * 60_000);
}

/** `null`: the pass has already ended, or a newer pass exists. */
export async function endPass(
  { startedAt }: Pass,
  progress: PassProgress,
  { passes, outbox, clock }: Pick<EndPassSetup, 'passes' | 'outbox' | 'clock'>,
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
