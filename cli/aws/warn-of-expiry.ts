import { renderCount } from '../../lambda/alerts/render-count.ts';
import { toInstant } from '../../lambda/history/instants.ts';
import type { Terminal } from '../text/terminal.ts';
import type { Clock } from '../time/clock.ts';
import type { Deployment } from './open-deployment.ts';

/**
 * Prints a warning if the oldest entries of a list have perhaps expired, by the `keepHistoryDays` of the first account. `from`: the
 * start of the list; `null`: the list begins with the oldest entry.
 */
export async function warnOfExpiry(
  { accounts }: Pick<Deployment, 'accounts'>,
  from: string | null,
  { now, renderTime }: Clock,
  { err }: Terminal,
): Promise<void> {
  const days = (await accounts[0]?.loadKeptDays(toInstant(now))) ?? null;
  if (days === null) return;
  const keptFrom = toInstant(now - days * 86_400_000);
  if (from === null || from < keptFrom)
    err.print(
      `Entries before ${renderTime(keptFrom)} may have expired: the deployment keeps them for ${renderCount(days, 'day')} (keepHistoryDays).`,
    );
}
