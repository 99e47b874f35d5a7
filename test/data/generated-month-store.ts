/** A table in memory. A scan sees only the instances that the month selects. Items are returned as the product writes them. */
import { toDepartedItem } from '../../lambda/adapters/items/departed-item.ts';
import { toEntryItem } from '../../lambda/adapters/items/entry-item.ts';
import { type Item, schemaVersion } from '../../lambda/adapters/items/read-item.ts';
import { toScanItem } from '../../lambda/adapters/items/scan-item.ts';
import { toStateAttributes } from '../../lambda/adapters/items/state-item.ts';
import { noMarks } from '../../lambda/approvals/account-approvals.ts';
import { leaseKey, stateKey } from '../../lambda/contract/table-keys.ts';
import type { HistoryEntry, Resource } from '../../lambda/history/entry.ts';
import { resourceKey } from '../../lambda/history/resource-key.ts';
import type { LastScan } from '../../lambda/history/scan-note.ts';
import type { LoadedFleet, ScanRecord } from '../../lambda/scan/interfaces.ts';
import { InMemoryFleetStore } from '../scan/in-memory-fleet-store.ts';
import type { MonthReader } from './generated-month-reader.ts';
import { keyOf } from './generated-month-world.ts';

export class MonthStore extends InMemoryFleetStore {
  readonly #reader: MonthReader;
  readonly #endOf: (startedAt: string) => string;
  #recordedNow: HistoryEntry[] = [];

  constructor(reader: MonthReader, endOf: (startedAt: string) => string) {
    super();
    this.#reader = reader;
    this.#endOf = endOf;
  }

  override async loadFleet(account: string): Promise<LoadedFleet> {
    this.#recordedNow = [];
    const { shown, regions } = this.#reader;
    if (shown === null) return super.loadFleet(account);
    const keys = [...regions.map((region) => keyOf(region, null)), ...shown.keys()];
    const states = keys.map((key) => this.states.get(`${account}#${key}`)).filter((latest) => latest !== undefined);
    // This store replaces whole states or their direct fields, so a shallow copy is sufficient.
    return { states: states.map((latest) => ({ ...latest })), refused: [], callState: null, approvalMarks: noMarks };
  }

  override async putEntry(entry: HistoryEntry): Promise<boolean> {
    this.#recordedNow.push(entry);
    return super.putEntry(entry);
  }

  /** Every scan of the month alerts everything that it recorded, so no older alert waits. */
  override async loadEntriesAfter(resource: Resource, version: number): Promise<HistoryEntry[]> {
    const key = resourceKey(resource);
    return this.#recordedNow.filter((entry) => resourceKey(entry.resource) === key && entry.version > version);
  }

  /** Instances that the scan did not see existed and were unchanged. */
  override async putScan(scan: ScanRecord): Promise<void> {
    const { hidden } = this.#reader;
    const { instancesListed, instancesRead, startedAt } = scan;
    const counts = { instancesListed: instancesListed + hidden, instancesRead: instancesRead + hidden };
    await super.putScan({ ...scan, ...counts, endedAt: this.#endOf(startedAt) });
  }

  /** Every item of the table. */
  toItems(account: string): Item[] {
    const states = [...this.states.values()].map((latest) => {
      const { resource, recorded, alerted: told } = latest;
      return { ...stateKey(resource), ...toStateAttributes(latest), recorded, told };
    });
    const entries = [...this.entries.values()].flatMap((history) => [...history.values()].map(toEntryItem));
    const departed = this.departed.map(toDepartedItem);
    const scans = this.scans.map((scan) => toScanItem(scan, null));
    return [this.#leaseItem(account), ...states, ...entries, ...departed, ...scans];
  }

  #leaseItem(account: string): Item {
    const { scanNumber, lastScan, allIsWellAt } = this.leases.get(account) ?? {};
    return {
      ...leaseKey(account),
      schema: schemaVersion,
      scanNumber,
      lastScan: lastScan && summaryOf(lastScan),
      allIsWellAt,
    };
  }
}

function summaryOf({ startedAt, complete, regionsListed, notRead }: LastScan): LastScan {
  return { startedAt, complete, regionsListed, notRead };
}
