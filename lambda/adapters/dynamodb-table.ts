/**
 * One DynamoDB table: reads by key and by query, and writes of one item, usually with a condition. Portwatch never uses a DynamoDB Scan. A
 * refused condition is a result, and not an error. Every method throws the errors of the SDK; a query also throws ReadError if an answer
 * has no list of items.
 */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  type QueryCommandInput,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, type NativeAttributeValue, unmarshall } from '@aws-sdk/util-dynamodb';
import { type Key, tableNames } from '../contract/table-keys.ts';
import { timelineIndex } from '../contract/timeline-index.ts';
import { expectList } from './expect-list.ts';
import { type Item, schemaVersion } from './items/read-item.ts';

/** The reads of one table; writes are not counted. `readUnits`: as DynamoDB bills them. */
export interface Consumed {
  requests: number;
  readUnits: number;
}

/** A part of one partition, in the order of the sort keys. Both ends are included. */
interface KeySpan {
  partition: string;
  from?: string;
  until?: string;
  /** False: the greatest sort key first. */
  oldestFirst: boolean;
  /** Items of the first page; each further page has twice as many, up to 1,000. Default: pages of one megabyte, DynamoDB's limit. */
  pageSize?: number;
  /** Attributes to return. Default: all. */
  fields?: readonly string[];
}

/** The result of a write with a condition. If the condition was false, `found` is the stored item, or `null` if no item is stored. */
export type Written = { written: true; item: Item } | { written: false; found: Item | null };

export interface Condition {
  condition: string;
  names?: Record<string, string>;
  values?: Record<string, NativeAttributeValue>;
}

interface Update extends Condition {
  set: Item;
  add?: Record<string, number>;
  remove?: readonly string[];
  /** The result has the item after the update. Default: an empty item. */
  returnNew?: true;
}

/** The end of a range of sort keys with the same prefix: greater than every character that can follow the prefix. */
export const endOfKey = '\u{10FFFF}';

/**
 * The condition that this version of Portwatch can read the stored item: the schema version is missing or not newer. Also true if no item
 * is stored. An item of a newer version stays unchanged.
 */
export const isReadable: Condition = {
  condition: '(attribute_not_exists(#schema) OR #schema <= :reads)',
  names: { '#schema': 'schema' },
  values: { ':reads': schemaVersion },
};

export function ifReadable({ condition, names, values }: Condition): Condition {
  return {
    condition: `(${condition}) AND ${isReadable.condition}`,
    names: { ...isReadable.names, ...names },
    values: { ...isReadable.values, ...values },
  };
}

export const isAbsent: Condition = { condition: `attribute_not_exists(${tableNames.partitionKey})` };

/** About the number of items in one megabyte, the limit of a page. */
const maxPageSize = 1_000;

export class DynamoDbTable {
  readonly name: string;
  protected readonly client: DynamoDBClient;
  protected readonly options: { abortSignal?: AbortSignal };
  readonly #consumed: Consumed = { requests: 0, readUnits: 0 };

  /** `signal`: aborts every call. */
  constructor(client: DynamoDBClient, name: string, signal?: AbortSignal) {
    this.client = client;
    this.name = name;
    this.options = signal === undefined ? {} : { abortSignal: signal };
  }

  get consumed(): Consumed {
    return { ...this.#consumed };
  }

  /** A consistent read. `null`: there is no item. */
  async get(key: Key): Promise<Item | null> {
    const command = new GetItemCommand({
      TableName: this.name,
      Key: marshall(key),
      ConsistentRead: true,
      ReturnConsumedCapacity: 'TOTAL',
    });
    const answer = await this.client.send(command, this.options);
    this.count(answer.ConsumedCapacity?.CapacityUnits);
    return answer.Item ? unmarshall(answer.Item) : null;
  }

  /** A consistent read, page by page. A page can be empty. */
  queryPages(span: KeySpan): AsyncGenerator<Item[]> {
    const { partitionKey, sortKey } = tableNames;
    return this.#pages({ ConsistentRead: true, ...toQuery(partitionKey, sortKey, span) });
  }

  /** As `queryPages`, from the index `timeline`. DynamoDB updates the index with a delay, so the newest entries can be missing. */
  timelinePages(span: KeySpan): AsyncGenerator<Item[]> {
    const { name, partitionKey, sortKey } = timelineIndex;
    return this.#pages({ IndexName: name, ...toQuery(partitionKey, sortKey, span) });
  }

  /** Reads a page only when its first item is needed. */
  async *query(span: KeySpan): AsyncGenerator<Item> {
    for await (const page of this.queryPages(span)) yield* page;
  }

  async queryAll(span: KeySpan): Promise<Item[]> {
    const items: Item[] = [];
    for await (const page of this.queryPages(span)) items.push(...page);
    return items;
  }

  /** Returns at most `count` items: in one request, or in several if these items exceed one megabyte. */
  async queryFirst(span: KeySpan, count: number): Promise<Item[]> {
    const found: Item[] = [];
    for await (const page of this.queryPages({ ...span, pageSize: count })) {
      found.push(...page);
      if (found.length >= count) break;
    }
    return found.slice(0, count);
  }

  /** `condition: null`: any existing item is replaced. */
  async put(item: Item, condition: Condition | null): Promise<Written> {
    const command = new PutItemCommand({
      TableName: this.name,
      Item: marshall(item, { removeUndefinedValues: true }),
      ...(condition && toConditionFields(condition)),
    });
    return writtenOrRefused(this.client.send(command, this.options));
  }

  async update(key: Key, update: Update): Promise<Written> {
    const { expression, names, values } = toUpdateExpression(update);
    const command = new UpdateItemCommand({
      TableName: this.name,
      Key: marshall(key),
      UpdateExpression: expression,
      ...toConditionFields({ condition: update.condition, names, values }),
      ReturnValues: update.returnNew ? 'ALL_NEW' : 'NONE',
    });
    return writtenOrRefused(this.client.send(command, this.options));
  }

  async delete(key: Key, condition: Condition): Promise<Written> {
    const command = new DeleteItemCommand({
      TableName: this.name,
      Key: marshall(key),
      ...toConditionFields(condition),
    });
    return writtenOrRefused(this.client.send(command, this.options));
  }

  async *#pages(query: Omit<QueryCommandInput, 'TableName'>): AsyncGenerator<Item[]> {
    // The paginator reads `input` before each request, so a new `Limit` changes the next page.
    const input: QueryCommandInput = { ...query, TableName: this.name, ReturnConsumedCapacity: 'TOTAL' };
    for await (const page of paginateQuery({ client: this.client }, input, this.options)) {
      this.count(page.ConsumedCapacity?.CapacityUnits);
      yield expectList(page.Items, 'Items', 'Query').map((item) => unmarshall(item));
      if (input.Limit !== undefined) input.Limit = Math.min(input.Limit * 2, maxPageSize);
    }
  }

  protected count(readUnits: number | undefined): void {
    this.#consumed.requests += 1;
    this.#consumed.readUnits += readUnits ?? 0;
  }
}

async function writtenOrRefused(
  sending: Promise<{ Attributes?: Record<string, AttributeValue> | undefined }>,
): Promise<Written> {
  try {
    const { Attributes } = await sending;
    return { written: true, item: Attributes ? unmarshall(Attributes) : {} };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return { written: false, found: error.Item ? unmarshall(error.Item) : null };
  }
}

function toQuery(partitionKey: string, sortKey: string, span: KeySpan) {
  const { partition, from, until, oldestFirst, pageSize, fields } = span;
  const isWhole = from === undefined && until === undefined;
  const range = { ':from': from ?? ' ', ':until': until ?? endOfKey };
  return {
    KeyConditionExpression: `${partitionKey} = :partition${isWhole ? '' : ` AND ${sortKey} BETWEEN :from AND :until`}`,
    ExpressionAttributeValues: marshall({ ':partition': partition, ...(isWhole ? {} : range) }),
    ScanIndexForward: oldestFirst,
    Limit: pageSize,
    ...(fields && {
      ProjectionExpression: fields.map((name) => `#${name}`).join(', '),
      ExpressionAttributeNames: Object.fromEntries(fields.map((name) => [`#${name}`, name])),
    }),
  };
}

function toConditionFields({ condition, names = {}, values = {} }: Condition) {
  return {
    ConditionExpression: condition,
    ExpressionAttributeNames: Object.keys(names).length > 0 ? names : undefined,
    ExpressionAttributeValues:
      Object.keys(values).length > 0 ? marshall(values, { removeUndefinedValues: true }) : undefined,
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
}

function toUpdateExpression(update: Update) {
  const names: Record<string, string> = { ...update.names };
  const values: Record<string, NativeAttributeValue> = { ...update.values };
  const assign = ([name, value]: [string, unknown], separator: string, prefix: string) => {
    names[`#${prefix}${name}`] = name;
    values[`:${prefix}${name}`] = value;
    return `#${prefix}${name}${separator}:${prefix}${name}`;
  };
  const sets = Object.entries(update.set).map((pair) => assign(pair, ' = ', 'set_'));
  const adds = Object.entries(update.add ?? {}).map((pair) => assign(pair, ' ', 'add_'));
  const clauses = [
    sets.length > 0 ? `SET ${sets.join(', ')}` : '',
    adds.length > 0 ? `ADD ${adds.join(', ')}` : '',
    update.remove ? `REMOVE ${update.remove.join(', ')}` : '',
  ];
  return { expression: clauses.filter((clause) => clause !== '').join(' '), names, values };
}
