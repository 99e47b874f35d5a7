/** Counts the groups of alerts that wait for the collector: one Query of the keys and instants. */
import { outboxPartition } from '../../lambda/contract/table-keys.ts';
import type { WaitingAlerts } from '../questions/waiting-alerts.ts';
import type { HistoryTable } from './history-table.ts';

/** `null`: no group waits. */
export async function loadWaitingGroups(table: HistoryTable, monitor: string): Promise<WaitingAlerts | null> {
  const instants: string[] = [];
  const keys = { partition: outboxPartition(monitor), oldestFirst: true, fields: ['at'] };
  for await (const { at } of table.query(keys)) instants.push(String(at));
  const [oldestAt] = instants.sort();
  return oldestAt === undefined ? null : { count: instants.length, oldestAt };
}
