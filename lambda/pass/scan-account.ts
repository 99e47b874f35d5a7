/**
 * One account scan: a full scan with credentials of the account. If the account cannot be entered, the registry stores the failure, and an
 * alert follows as for a gap. The queue message of the account is then deleted, because the next pass sends a new message.
 */
import type { AccountObservation } from '../accounts/decide-account.ts';
import type { WatchedAccount } from '../accounts/watched-account.ts';
import { ItemError, ReadError } from '../history/read-errors.ts';
import { runFullScan, type ScanReport } from '../scan/full-scan.ts';
import type { ScanSetup } from '../scan/scan-run.ts';
import type { AccountMessage } from './interfaces.ts';
import { type RegistrySetup, updateAccount } from './update-registry.ts';

export interface AccountScanSetup extends RegistrySetup {
  /** Assumes the role of the account, and returns the setup of its scan. Throws ReadError if the account cannot be entered. */
  enter(account: string, name: string): Promise<ScanSetup>;
}

export type AccountScan =
  | { outcome: 'scanned'; report: ScanReport }
  /** The pass of the message began more than one interval ago, so a newer message for the account exists. */
  | { outcome: 'stale' }
  /** The account was removed from the registry after the pass began. */
  | { outcome: 'removed' }
  /** Another scan of the account is running. */
  | { outcome: 'busy' }
  | { outcome: 'not-entered'; error: ReadError };

/** `deadlineAt`: ms since the epoch. Throws if the table or the topic fails. Then the caller must return the message to the queue. */
export async function scanAccount(
  { account, name, passStartedAt }: AccountMessage,
  deadlineAt: number,
  setup: AccountScanSetup,
): Promise<AccountScan> {
  const { settings, clock } = setup;
  if (clock() - Date.parse(passStartedAt) > settings.scanEveryMinutes * 60_000) return { outcome: 'stale' };
  const known = await loadKnown(account, setup);
  if (known?.status === 'removed') return { outcome: 'removed' };
  const note = (observation: AccountObservation) =>
    known === null ? null : updateAccount(account, known, observation, passStartedAt, setup);
  try {
    const report = await runFullScan(await setup.enter(account, name), deadlineAt);
    if (report.skipped) return { outcome: 'busy' };
    await note({ kind: 'entered' });
    return { outcome: 'scanned', report };
  } catch (error) {
    // A ReadError here means that the role cannot be assumed, or that the regions cannot be listed.
    if (!(error instanceof ReadError)) throw error;
    const { reason, message } = error;
    await note({ kind: 'not-entered', reason, message });
    return { outcome: 'not-entered', error };
  }
}

/** `null`: the registry has no readable item of the account. The account is still scanned, because the pass chose it. */
async function loadKnown(account: string, { accounts, observe }: AccountScanSetup): Promise<WatchedAccount | null> {
  try {
    return await accounts.loadAccount(account);
  } catch (error) {
    if (!(error instanceof ItemError)) throw error;
    observe({ event: 'item-refused', item: { key: account, problem: error.message } });
    return null;
  }
}
