import { scanKey, tableNames } from '../../contract/table-keys.ts';
import { type NotedScan, notedScanSchema } from '../../history/scan-note.ts';
import type { ScanRecord } from '../../scan/interfaces.ts';
import { type Item, readItem, toItem } from './read-item.ts';

/** `expiresAtSeconds`: seconds since the epoch; `null`: the item never expires. */
export function toScanItem({ account, ...scan }: ScanRecord, expiresAtSeconds: number | null): Item {
  const expiry = expiresAtSeconds === null ? {} : { [tableNames.timeToLive]: expiresAtSeconds };
  return toItem(scanKey(account, scan.startedAt), { ...scan, ...expiry });
}

export function fromScanItem(item: Item): NotedScan {
  return readItem(item, notedScanSchema);
}
