import { toInstant } from '../../lambda/history/instants.ts';
import { isSilence } from '../../lambda/history/scan-silence.ts';
import { accountFields } from '../questions/account-names.ts';
import { type AccountSpot, findHidingSpot, mayBeSilent } from '../questions/blind-spots.ts';
import { describeClauses } from '../text/describe-blind-spot.ts';
import type { Terminal } from '../text/terminal.ts';
import type { Clock } from '../time/clock.ts';
import { type Deployment, type DeploymentAccount, forEachAccount } from './open-deployment.ts';

/**
 * Prints a warning with the accounts in which no scan has begun for too long. Without the warning, a monitor that has stopped would look
 * like a fleet without changes. Reads one item for each account, and the settings only if the last scan is not recent.
 */
export async function warnOfSilence(
  { accounts, names }: Pick<Deployment, 'accounts' | 'names'>,
  { now, renderTime }: Clock,
  { err }: Terminal,
): Promise<void> {
  const at = toInstant(now);
  const spots = await forEachAccount({ accounts }, async (each): Promise<AccountSpot[]> => {
    // If the account cannot be entered or is no longer watched, the command ends with an error about the account. A warning is not needed.
    const since = findHidingSpot(each.watched, at) === null ? await findSilence(each, at) : null;
    return since === null ? [] : [{ kind: 'no-scan', since, ...accountFields(names, each.account) }];
  });
  const clauses = describeClauses(spots.flat(), renderTime, names);
  if (clauses !== null) err.print(`Later changes may be missing: ${clauses}.`);
}

/** Returns the start of the last scan if `isSilence` is true for the time since that start; `null`: scans run, or no scan has ended yet. */
async function findSilence(
  { reader, loadScanInterval }: Pick<DeploymentAccount, 'reader' | 'loadScanInterval'>,
  at: string,
): Promise<string | null> {
  const lastScan = await reader.loadLastScan();
  // Without an ended scan, `portwatch history` lists nothing, or only what the first scan found. No warning is needed.
  if (lastScan === null || !mayBeSilent({ lastScan }, at)) return null;
  const seconds = (Date.parse(at) - Date.parse(lastScan.startedAt)) / 1000;
  return isSilence(seconds, await loadScanInterval(at)) ? lastScan.startedAt : null;
}
