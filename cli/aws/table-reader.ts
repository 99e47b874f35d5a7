/** Reads of one DynamoDB table by key and by query, counted. It has no Scan: what can't be asked by key is not asked. */
import {
  BatchGetItemCommand,
  type BatchGetItemCommandOutput,
  type ConsumedCapacity,
  type DynamoDBClient,
  type KeysAndAttributes,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import pLimit from 'p-limit';
import type { Item } from '../../lambda/adapters/table-items.ts';
import { type Key, tableNames } from '../../lambda/contract/table-keys.ts';

/** What the reads so far have cost: `readUnits` as DynamoDB counts and bills them. */
export interface Consumed {
  requests: number;
  readUnits: number;
}

/** A part of one partition, in the order of its sort keys. Both ends belong to it. */
export interface KeySpan {
  partition: string;
  from?: string;
  until?: string;
  /** Default false: newest, that is greatest, first. */
  oldestFirst?: boolean;
  /** Items of the first page; each further one takes twice as many as the one before. By default what a megabyte holds. */
  pageSize?: number;
}

/** More than any instant, name or suffix that a sort key may go on with. */
export const endOfKey = '\u{10FFFF}';

/** Keys a request (DynamoDB's limit), and requests under way at once. */
const keysAtOnce = 100;
const batchesAtOnce = 4;

/** A page is a megabyte at most (DynamoDB's limit), which is about as many. */
const mostItems = 1_000;

export class TableReader {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #signal: AbortSignal;
  readonly #consumed: Consumed = { requests: 0, readUnits: 0 };

  /** Every read ends with an error once `signal` is aborted. */
  constructor(client: DynamoDBClient, tableName: string, signal: AbortSignal) {
    this.#client = client;
    this.#table = tableName;
    this.#signal = signal;
  }

  get consumed(): Consumed {
    return { ...this.#consumed };
  }

  /** Consistently read, page by page; a page may be empty. */
  queryPages(span: KeySpan): AsyncGenerator<Item[]> {
    const { partitionKey, sortKey } = tableNames;
    return this.#pages({ ConsistentRead: true, ...toCondition(partitionKey, sortKey, span) });
  }

  /** The same of the index `timeline`, which may lack the last moments. */
  timelinePages(span: KeySpan): AsyncGenerator<Item[]> {
    const { timelineIndex, timelinePartitionKey, timelineSortKey } = tableNames;
    return this.#pages({
      IndexName: timelineIndex,
      ...toCondition(timelinePartitionKey, timelineSortKey, span),
    });
  }

  /** The first so many items of the span, in one request (two where an item is large). */
  async queryFirst(span: KeySpan, count: number): Promise<Item[]> {
    const found: Item[] = [];
    for await (const page of this.queryPages({ ...span, pageSize: count })) {
      found.push(...page);
      if (found.length >= count) break;
    }
    return found.slice(0, count);
  }

  /** The items that there are, in no order; at most 100 a request. */
  async getItems(keys: readonly Key[], isConsistent: boolean): Promise<Item[]> {
    const starts = Array.from({ length: Math.ceil(keys.length / keysAtOnce) }, (_, i) => i * keysAtOnce);
    const limit = pLimit(batchesAtOnce);
    const batches = starts.map((start) =>
      limit(() => this.#getAll(keys.slice(start, start + keysAtOnce), isConsistent)),
    );
    return (await Promise.all(batches)).flat();
  }

  /** What DynamoDB leaves out of an answer is asked for again. */
  async #getAll(keys: readonly Key[], isConsistent: boolean): Promise<Item[]> {
    const found: Item[] = [];
    let left: Pick<KeysAndAttributes, 'Keys'> | undefined = { Keys: keys.map((key) => marshall(key)) };
    while (left?.Keys?.length) {
      const answer = await this.#getBatch({ ...left, ConsistentRead: isConsistent });
      for (const item of answer.Responses?.[this.#table] ?? []) found.push(unmarshall(item));
      left = answer.UnprocessedKeys?.[this.#table];
    }
    return found;
  }

  async #getBatch(asked: KeysAndAttributes): Promise<BatchGetItemCommandOutput> {
    const command = new BatchGetItemCommand({
      RequestItems: { [this.#table]: asked },
      ReturnConsumedCapacity: 'TOTAL',
    });
    const answer = await this.#client.send(command, { abortSignal: this.#signal });
    this.#count(answer.ConsumedCapacity?.[0]);
    return answer;
  }

  #count(consumed: ConsumedCapacity | undefined): void {
    this.#consumed.requests += 1;
    this.#consumed.readUnits += consumed?.CapacityUnits ?? 0;
  }

  async *#pages(query: Omit<QueryCommandInput, 'TableName'>): AsyncGenerator<Item[]> {
    let from: QueryCommandInput['ExclusiveStartKey'];
    let limit = query.Limit;
    do {
      const page = await this.#client.send(
        new QueryCommand({
          ...query,
          TableName: this.#table,
          Limit: limit,
          ExclusiveStartKey: from,
          ReturnConsumedCapacity: 'TOTAL',
        }),
        { abortSignal: this.#signal },
      );
      this.#count(page.ConsumedCapacity);
      yield (page.Items ?? []).map((item) => unmarshall(item));
      from = page.LastEvaluatedKey;
      if (limit !== undefined) limit = Math.min(limit * 2, mostItems);
    } while (from);
  }
}

function toCondition(partitionKey: string, sortKey: string, span: KeySpan) {
  const { partition, from, until, oldestFirst = false, pageSize } = span;
  const isWhole = from === undefined && until === undefined;
  const range = { ':from': from ?? ' ', ':until': until ?? endOfKey };
  return {
    KeyConditionExpression: `${partitionKey} = :partition${isWhole ? '' : ` AND ${sortKey} BETWEEN :from AND :until`}`,
    ExpressionAttributeValues: marshall({ ':partition': partition, ...(isWhole ? {} : range) }),
    ScanIndexForward: oldestFirst,
    Limit: pageSize,
  };
}
