/** The table in memory, which shows a scan only what the month lets it look at, and gives its items as the product writes them. */
import {
  headKey,
  type Item,
  leaseKey,
  schemaVersion,
  toDepartedItem,
  toEntryItem,
  toHeadAttributes,
  toScanItem,
} from '../../lambda/adapters/snapshot-items.ts';
import type { HistoryEntry, Subject } from '../../lambda/history/entry.ts';
import { subjectKey } from '../../lambda/scan/head.ts';
import type { LastScan, LoadedFleet, ScanRecord } from '../../lambda/scan/roles.ts';
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
    const heads = keys.map((key) => this.heads.get(`${account}#${key}`)).filter((head) => head !== undefined);
    // The heads of this store are replaced, or their own fields are: a shallow copy does.
    return { heads: heads.map((head) => ({ ...head })), refused: [], callState: null };
  }

  override async putEntry(entry: HistoryEntry): Promise<boolean> {
    this.#recordedNow.push(entry);
    return super.putEntry(entry);
  }

  /** Every scan of the month tells all that it recorded: nothing older is ever untold. */
  override async loadEntriesAfter(subject: Subject, version: number): Promise<HistoryEntry[]> {
    const key = subjectKey(subject);
    return this.#recordedNow.filter((entry) => subjectKey(entry.subject) === key && entry.version > version);
  }

  /** What was not shown was there all the same, and read as it was. */
  override async putScan(scan: ScanRecord): Promise<void> {
    const { hidden } = this.#reader;
    const { instancesListed, instancesRead, startedAt } = scan;
    const counts = { instancesListed: instancesListed + hidden, instancesRead: instancesRead + hidden };
    await super.putScan({ ...scan, ...counts, endedAt: this.#endOf(startedAt) });
  }

  /** Every item of the table. */
  toItems(account: string): Item[] {
    const heads = [...this.heads.values()].map((head) => {
      const { subject, recorded, told } = head;
      return { ...headKey(subject), ...toHeadAttributes(head), recorded, told };
    });
    const entries = [...this.entries.values()].flatMap((history) => [...history.values()].map(toEntryItem));
    const departed = this.departed.map(toDepartedItem);
    const scans = this.scans.map((scan) => toScanItem(scan, null));
    return [this.#leaseItem(account), ...heads, ...entries, ...departed, ...scans];
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
