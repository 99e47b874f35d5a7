/** The snapshot table as the WeekReader: what the weekly digest counts, read once a week. */
import { type DynamoDBClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import {
  monthsBetween,
  parseTimelineSortKey,
  scansPartition,
  tableNames,
  timelinePartition,
} from '../contract/table-keys.ts';
import { severities } from '../firewall/rating/severity.ts';
import { entryKinds } from '../history/entry.ts';
import type { HistoryStep, ScanNote, WeekReader } from '../scan/weekly-roles.ts';

const scanSchema = z.object({ [tableNames.sortKey]: z.string(), complete: z.boolean() });

const stepSchema = z.object({
  kind: z.enum(entryKinds),
  verdict: z._default(z.nullable(z.enum(['identical', 'rewritten', 'widened', 'narrowed', 'mixed'])), null),
  severity: z.enum(severities),
  // Not in the index of a table that an early version made.
  expected: z._default(z.nullable(z.string()), null),
  [tableNames.timelineSortKey]: z.string(),
});

function toStep({ [tableNames.timelineSortKey]: key, ...step }: z.infer<typeof stepSchema>): HistoryStep {
  const { at, resource } = parseTimelineSortKey('', key);
  return { at, region: resource.region, instanceName: resource.instanceName, ...step };
}

export class DynamoDbWeekReader implements WeekReader {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#client = client;
    this.#table = tableName;
  }

  async loadScans(account: string, from: string, until: string): Promise<ScanNote[]> {
    const { partitionKey, sortKey } = tableNames;
    const scans: ScanNote[] = [];
    for await (const item of this.#query({
      ConsistentRead: true,
      KeyConditionExpression: `${partitionKey} = :partition AND ${sortKey} BETWEEN :from AND :until`,
      ExpressionAttributeValues: marshall({ ':partition': scansPartition(account), ':from': from, ':until': until }),
      // The names of what was not read, which may be many, are left where they are.
      ProjectionExpression: `${sortKey}, complete`,
    })) {
      const scan = scanSchema.safeParse(item);
      if (!scan.success || scan.data[sortKey] === until) continue;
      scans.push({ startedAt: scan.data[sortKey], complete: scan.data.complete });
    }
    return scans;
  }

  /** One query for each month that the span touches. What a newer version wrote, and this one does not know, is not counted. */
  async loadSteps(account: string, from: string, until: string): Promise<HistoryStep[]> {
    const { timelineIndex, timelinePartitionKey, timelineSortKey } = tableNames;
    const steps: HistoryStep[] = [];
    for (const month of monthsBetween(from, until)) {
      for await (const item of this.#query({
        IndexName: timelineIndex,
        KeyConditionExpression: `${timelinePartitionKey} = :month AND ${timelineSortKey} BETWEEN :from AND :until`,
        // A key there is an instant, `#`, and more: the instant alone comes before all of its own.
        ExpressionAttributeValues: marshall({
          ':month': timelinePartition(account, month),
          ':from': from,
          ':until': until,
        }),
        ProjectionExpression: `#kind, verdict, severity, expected, ${timelineSortKey}`,
        ExpressionAttributeNames: { '#kind': 'kind' },
      })) {
        const step = stepSchema.safeParse(item);
        if (step.success) steps.push(toStep(step.data));
      }
    }
    return steps;
  }

  async *#query(query: Omit<QueryCommandInput, 'TableName'>): AsyncGenerator<Record<string, unknown>> {
    let from: QueryCommandInput['ExclusiveStartKey'];
    do {
      const page = await this.#client.send(
        new QueryCommand({ ...query, TableName: this.#table, ExclusiveStartKey: from }),
      );
      for (const item of page.Items ?? []) yield unmarshall(item);
      from = page.LastEvaluatedKey;
    } while (from);
  }
}
