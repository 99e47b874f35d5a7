/** Runs the account scans of one batch of the accounts queue at the same time. A failed scan does not affect the others. */
import pLimit from 'p-limit';
import type { AccountMessage } from './interfaces.ts';
import { type AccountScan, type AccountScanSetup, scanAccount } from './scan-account.ts';

export interface QueuedAccount {
  messageId: string;
  message: AccountMessage;
}

/** `failed`: the scan threw an error, for example because the table failed. */
export type AccountEnd = AccountScan | { outcome: 'failed'; error: unknown };

export interface AccountBatch {
  /** `messageId` of each message that goes back to the queue. */
  back: string[];
  /** Number of messages by outcome. `not-started`: too little time was left. */
  counts: Partial<Record<AccountEnd['outcome'] | 'not-started', number>>;
}

interface BatchSetup {
  setupOf(account: string): AccountScanSetup;
  /** Milliseconds since the epoch. */
  clock: () => number;
}

/**
 * Equal to the batch size of the event source mapping. So all scans of a batch run at the same time, and no slow account delays another.
 */
const accountsAtOnce = 10;
/** The time that a scan needs to read anything. If less time is left, no scan starts. */
const shortestScanMs = 20_000;

/** `deadlineAt`: ms since the epoch. Never throws. */
export async function scanAccountBatch(
  batch: readonly QueuedAccount[],
  deadlineAt: number,
  { setupOf, clock }: BatchSetup,
  log: (message: AccountMessage, end: AccountEnd) => void,
): Promise<AccountBatch> {
  const result: AccountBatch = { back: [], counts: {} };
  const count = (outcome: keyof AccountBatch['counts'], messageId: string) => {
    result.counts[outcome] = (result.counts[outcome] ?? 0) + 1;
    if (outcome === 'failed' || outcome === 'not-started') result.back.push(messageId);
  };
  const limit = pLimit(accountsAtOnce);
  const scanOne = async ({ messageId, message }: QueuedAccount) => {
    if (deadlineAt - clock() < shortestScanMs) return count('not-started', messageId);
    try {
      const scan = await scanAccount(message, deadlineAt, setupOf(message.account));
      count(scan.outcome, messageId);
      log(message, scan);
    } catch (error) {
      count('failed', messageId);
      log(message, { outcome: 'failed', error });
    }
  };
  await Promise.all(batch.map((one) => limit(() => scanOne(one))));
  return result;
}
