/** The outbox in memory, with one effect for each call. It passes the test suite of the adapter. */
import { outboxKey } from '../../lambda/contract/table-keys.ts';
import { severities, worstSeverity } from '../../lambda/firewall/index.ts';
import type { LoadedGroups, OutboxStore, StoredGroup } from '../../lambda/pass/interfaces.ts';
import type { AlertGroup, RefusedItem } from '../../lambda/scan/interfaces.ts';

export class InMemoryOutbox implements OutboxStore {
  readonly groups = new Map<string, StoredGroup>();
  readonly refused: RefusedItem[] = [];
  failure: Error | null = null;

  async putGroup(group: AlertGroup): Promise<void> {
    if (this.failure) throw this.failure;
    const rank = severities.indexOf(worstSeverity(group.alerts.map(({ severity }) => severity)));
    const { sk: key } = outboxKey('monitor', rank, group.account, group.alerts[0]?.alertId ?? '');
    this.groups.set(key, structuredClone({ ...group, at: this.groups.get(key)?.at ?? group.at, key }));
  }

  async loadGroups(after: string | null, limit: number, criticalOnly: boolean): Promise<LoadedGroups> {
    const keys = [...this.groups.keys()]
      .filter((key) => (after === null || key > after) && (!criticalOnly || key.startsWith('0#')))
      .sort();
    const groups = keys.slice(0, limit).flatMap((key) => structuredClone(this.groups.get(key)) ?? []);
    const nextAfter = keys.length >= limit ? (groups.at(-1)?.key ?? null) : null;
    return { groups, refused: [...this.refused], nextAfter };
  }

  async loadOldestAt(): Promise<string | null> {
    return [...this.groups.values()].map(({ at }) => at).sort()[0] ?? null;
  }

  async deleteGroup(key: string): Promise<void> {
    this.groups.delete(key);
  }
}
