import type { Alert, Digest } from '../contract/json-event.ts';
import { bySeverity } from '../firewall/rating/severity.ts';
import type { DigestContext } from './build-digest.ts';
import { renderCount } from './render-count.ts';
import { renderTimelineQueries } from './table-queries.ts';

/**
 * Counts alerts by severity and kind, worst first, and adds the command that lists them. If the monitor watches several accounts, there is
 * no command, because each account has its own history.
 */
export function countAlertsByKind(
  alerts: readonly Alert[],
  { account, tableName, tableRegion }: DigestContext,
): Pick<Digest, 'counted' | 'countedQuery'> {
  if (alerts.length === 0) return {};
  const counts = new Map<string, NonNullable<Digest['counted']>[number]>();
  for (const { severity, kind } of alerts) {
    const key = `${severity} ${kind}`;
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { severity, kind, count: 1 });
    else known.count += 1;
  }
  const counted = [...counts.values()].sort(bySeverity);
  if (alerts.some((alert) => alert.account !== undefined)) return { counted };
  const instants = alerts.map(({ details }) => details.sk).sort();
  return {
    counted,
    countedQuery: renderTimelineQueries(
      { table: tableName, region: tableRegion },
      account,
      instants.at(0) ?? '',
      instants.at(-1) ?? '',
    ),
  };
}

export function sumCounted(counted: Digest['counted'] = []): number {
  return counted.reduce((sum, { count }) => sum + count, 0);
}

/**
 * Returns a sentence for chat. The sentence names a command, because some readers in a chat get no mail. `null`: all alerts were sent in
 * full.
 */
export function describeCounted(counted: Digest['counted']): string | null {
  const total = sumCounted(counted);
  if (total === 0) return null;
  const [are, them] = total === 1 ? ['is', 'it'] : ['are', 'them'];
  return `${renderCount(total, 'more alert')} waited and ${are} only counted: the command \`portwatch history\` lists ${them}`;
}
