import { outboxPartition } from '../../lambda/contract/table-keys.ts';
import type { WaitingAlerts } from '../questions/waiting-alerts.ts';
import type { HistoryTable } from './history-table.ts';

/** Counts the groups of alerts that wait for the collector, with one Query; `null`: no group waits. */
export async function loadWaitingGroups(table: HistoryTable, monitor: string): Promise<WaitingAlerts | null> {
  const groups = await table.queryAll({ partition: outboxPartition(monitor), oldestFirst: true, fields: ['at'] });
  const [oldestAt] = groups.map(({ at }) => String(at)).sort();
  return oldestAt === undefined ? null : { count: groups.length, oldestAt };
}
