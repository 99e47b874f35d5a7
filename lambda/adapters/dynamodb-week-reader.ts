/** Reads the scans and the changes of a week from the snapshot table. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { entryKey, scansPartition, tableNames } from '../contract/table-keys.ts';
import { monthsBetween, parseTimelineSortKey, timelineIndex, timelinePartition } from '../contract/timeline-index.ts';
import { entrySchema } from '../history/entry.ts';
import { ItemError } from '../history/read-errors.ts';
import type { WeekScan } from '../history/scan-note.ts';
import type { TimelineEntry, WeekReader } from '../scan/interfaces.ts';
import { DynamoDbTable } from './dynamodb-table.ts';

const { sortKey } = tableNames;

const scanSchema = z.object({ [sortKey]: z.string(), complete: z.boolean(), scanEveryMinutes: z.optional(z.number()) });

const { kind, verdict, severity, expected } = entrySchema.shape;

const stepSchema = z.object({
  kind,
  verdict: z._default(verdict, null),
  severity,
  expected: z.optional(expected),
  [timelineIndex.sortKey]: z.string(),
});

export class DynamoDbWeekReader implements WeekReader {
  readonly #table: DynamoDbTable;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#table = new DynamoDbTable(client, tableName);
  }

  async loadScans(account: string, from: string, until: string): Promise<WeekScan[]> {
    // Leaves out the instances that the scan did not read, because their list can be long.
    const fields = [sortKey, 'complete', 'scanEveryMinutes'];
    const scans: WeekScan[] = [];
    const span = { partition: scansPartition(account), from, until, oldestFirst: true, fields };
    for await (const item of this.#table.query(span)) {
      const scan = scanSchema.safeParse(item);
      if (!scan.success || scan.data[sortKey] === until) continue;
      const { [sortKey]: startedAt, ...noted } = scan.data;
      scans.push({ startedAt, ...noted });
    }
    return scans;
  }

  /**
   * Sends one query for each month of the span. Then reads the entry of each change whose index item has no `expected`. Throws ItemError
   * for a change that this version cannot read.
   */
  async loadChanges(account: string, from: string, until: string): Promise<TimelineEntry[]> {
    const steps: TimelineEntry[] = [];
    for (const month of monthsBetween(from, until)) {
      // A sort key is an instant with a suffix, so a key at `until` is greater than `until`, and is not in the span. The query names no
      // `fields`: an index that an early version made has fewer attributes, and DynamoDB refuses a query for a missing attribute.
      const span = { partition: timelinePartition(account, month), from, until, oldestFirst: true };
      for await (const page of this.#table.timelinePages(span))
        for (const item of page) {
          const step = stepSchema.safeParse(item);
          if (!step.success)
            throw new ItemError(`the change at ${String(item[timelineIndex.sortKey])} can not be read`);
          steps.push(await this.#toStep(account, step.data));
        }
    }
    return steps;
  }

  async #toStep(account: string, { [timelineIndex.sortKey]: key, expected, ...step }: z.infer<typeof stepSchema>) {
    const { at, resource } = parseTimelineSortKey(account, key);
    // An index that an early version made lacks `expected`, but the entry has it.
    const known = expected === undefined ? (await this.#table.get(entryKey(resource, at)))?.['expected'] : expected;
    const reason = typeof known === 'string' ? known : null;
    return { at, region: resource.region, instanceName: resource.instanceName, ...step, expected: reason };
  }
}
