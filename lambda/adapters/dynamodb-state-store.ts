/** The snapshot table as the FleetStore: single-item conditional writes and consistent reads, nothing else. */
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, type NativeAttributeValue, unmarshall } from '@aws-sdk/util-dynamodb';
import { fromAttributionItem, fromScanItem } from '../../cli/aws/history-items.ts';
import {
  attributionKey,
  callStateKey,
  entryKey,
  fleetPartition,
  historyPartition,
  instantOf,
  isAttribution,
  isEntry,
  isMonitorRecord,
  type Key,
  leaseKey,
  scansPartition,
  stateKey,
  tableNames,
} from '../contract/table-keys.ts';
import type { Attribution } from '../history/attribution.ts';
import type { HistoryEntry, Resource } from '../history/entry.ts';
import type { ScanNote } from '../history/scan-note.ts';
import type { CallState } from '../scan/call-roles.ts';
import {
  type Departed,
  type EventGrant,
  type FleetStore,
  ItemError,
  type LastEventRun,
  type LastScan,
  type LeaseGrant,
  type LeaseHolder,
  type LeaseRequest,
  type LeaseReturn,
  type LoadedFleet,
  type RefusedItem,
  type ScanRecord,
} from '../scan/interfaces.ts';
import type { LatestState, OngoingFailure, StateCommit } from '../scan/latest-state.ts';
import { instantOrNull, lastEventRunSchema, lastScanSchema } from './item-schemas.ts';
import {
  checkSchemaVersion,
  fromCallStateItem,
  fromEntryItem,
  fromStateItem,
  type Item,
  schemaVersion,
  toAttributionItem,
  toCallStateItem,
  toDepartedItem,
  toEntryItem,
  toRefusedItem,
  toScanItem,
  toStateAttributes,
} from './table-items.ts';

type Values = Record<string, NativeAttributeValue>;

/** Items: of a history that is read back to an instant, so much comes in one request whatever is in it. */
const sincePageSize = 40;

const isAbsent = `attribute_not_exists(${tableNames.partitionKey})`;

export class DynamoDbFleetStore implements FleetStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#client = client;
    this.#table = tableName;
  }

  async takeLease(lease: LeaseRequest): Promise<LeaseGrant | LeaseHolder> {
    const attributes = await this.#takeLease(lease, 'scan');
    return typeof attributes === 'string' ? attributes : toLeaseGrant(attributes);
  }

  async takeEventLease(lease: LeaseRequest): Promise<EventGrant | LeaseHolder> {
    const attributes = await this.#takeLease(lease, 'events');
    if (typeof attributes === 'string') return attributes;
    const lastEventRun = lastEventRunSchema.safeParse(attributes['lastEventRun']);
    return { ...toLeaseGrant(attributes), lastEventRun: lastEventRun.success ? lastEventRun.data : null };
  }

  async #takeLease(lease: LeaseRequest, leaseFor: LeaseHolder): Promise<Item | LeaseHolder> {
    const key = leaseKey(lease.account);
    const attributes = await this.#update(key, {
      set: { holder: lease.holder, leaseUntil: toInstant(lease.until), leaseFor, schema: schemaVersion },
      add: { scanNumber: leaseFor === 'scan' ? 1 : 0 },
      condition:
        '(attribute_not_exists(holder) OR leaseUntil < :now OR holder = :me) AND (attribute_not_exists(#schema) OR #schema <= :reads)',
      names: { '#schema': 'schema' },
      values: { ':now': toInstant(lease.now), ':me': lease.holder, ':reads': schemaVersion },
      returnNew: true,
    });
    if (attributes !== null) return attributes;
    const found = await this.#get(key);
    if (found) checkSchemaVersion(found);
    return found?.['leaseFor'] === 'events' ? 'events' : 'scan';
  }

  async releaseLease(lease: LeaseReturn): Promise<void> {
    await this.#update(leaseKey(lease.account), {
      set: {
        ...(lease.lastScan === null ? {} : { lastScan: summaryOf(lease.lastScan) }),
        ...(lease.allIsWellAt === null ? {} : { allIsWellAt: lease.allIsWellAt }),
      },
      remove: ['holder', 'leaseUntil'],
      condition: 'holder = :me',
      values: { ':me': lease.holder },
    });
  }

  async releaseEventLease(lease: {
    account: string;
    holder: string;
    lastEventRun: LastEventRun | null;
  }): Promise<void> {
    await this.#update(leaseKey(lease.account), {
      set: lease.lastEventRun === null ? {} : { lastEventRun: lease.lastEventRun },
      remove: ['holder', 'leaseUntil'],
      condition: 'holder = :me',
      values: { ':me': lease.holder },
    });
  }

  async loadFleet(account: string): Promise<LoadedFleet> {
    const states: LatestState[] = [];
    const refused: RefusedItem[] = [];
    let callState: CallState | null = null;
    for await (const item of this.#query(fleetPartition(account), { forward: true })) {
      if (item[tableNames.sortKey] === callStateKey(account).sk)
        callState = unlessRefused(() => fromCallStateItem(item));
      if (isMonitorRecord(item)) continue;
      try {
        states.push(fromStateItem(account, item));
      } catch (error) {
        refused.push(toRefusedItem(item, error));
      }
    }
    return { states, refused, callState };
  }

  async loadState(resource: Resource): Promise<LatestState | null> {
    const item = await this.#get(stateKey(resource));
    return item === null ? null : fromStateItem(resource.account, item);
  }

  async commitState(commit: StateCommit, expected: number | null): Promise<boolean> {
    const attributes = toStateAttributes(commit);
    if (expected === null) {
      const marks = { recorded: commit.version - 1, told: commit.version - 1 };
      return this.#put({ ...stateKey(commit.resource), ...attributes, ...marks }, isAbsent);
    }
    const updated = await this.#update(stateKey(commit.resource), {
      set: attributes,
      condition: '#version = :expected AND recorded = :expected',
      names: { '#version': 'version' },
      values: { ':expected': expected },
    });
    return updated !== null;
  }

  async createState(latest: LatestState): Promise<boolean> {
    const { recorded, alerted: told } = latest;
    return this.#put({ ...stateKey(latest.resource), ...toStateAttributes(latest), recorded, told }, isAbsent);
  }

  async markFailure(resource: Resource, version: number, failure: OngoingFailure | null): Promise<boolean> {
    const updated = await this.#update(stateKey(resource), {
      set: { failure },
      condition: '#version = :version AND recorded = :version',
      names: { '#version': 'version' },
      values: { ':version': version },
    });
    return updated !== null;
  }

  async putEntry(entry: HistoryEntry): Promise<boolean> {
    return this.#put(toEntryItem(entry), isAbsent);
  }

  async expireEntry(resource: Resource, at: string, expiresAtSeconds: number): Promise<void> {
    // Not a rewriting of the entry: the attribute belongs to DynamoDB's housekeeping. An instant set before stays.
    for (const key of [attributionKey(resource, at), entryKey(resource, at)]) {
      await this.#update(key, {
        set: { [tableNames.timeToLive]: expiresAtSeconds },
        condition: `attribute_exists(${tableNames.partitionKey}) AND attribute_not_exists(${tableNames.timeToLive})`,
        values: {},
      });
    }
  }

  async putAttribution(resource: Resource, at: string, attribution: Attribution): Promise<boolean> {
    return this.#put(toAttributionItem(resource, at, attribution), isAbsent);
  }

  async loadAttribution(resource: Resource, at: string): Promise<Attribution | null> {
    const item = await this.#get(attributionKey(resource, at));
    return item === null ? null : fromAttributionItem(item);
  }

  async putDeparted(departed: Departed): Promise<void> {
    await this.#put(toDepartedItem(departed), null);
  }

  async markRecorded(resource: Resource, version: number): Promise<boolean> {
    const updated = await this.#update(stateKey(resource), {
      set: { recorded: version, pending: null },
      condition: '#version = :version AND recorded = :before',
      names: { '#version': 'version' },
      values: { ':version': version, ':before': version - 1 },
    });
    return updated !== null;
  }

  async markAlerted(resource: Resource, version: number): Promise<boolean> {
    const updated = await this.#update(stateKey(resource), {
      set: { told: version },
      condition: 'told < :version AND recorded >= :version',
      values: { ':version': version },
    });
    return updated !== null;
  }

  async loadEntry(resource: Resource, at: string): Promise<HistoryEntry | null> {
    const item = await this.#get(entryKey(resource, at));
    return item === null ? null : fromEntryItem(item);
  }

  async loadEntriesAfter(resource: Resource, version: number): Promise<HistoryEntry[]> {
    const isBefore = (item: Item) => typeof item['version'] === 'number' && item['version'] <= version;
    return this.#loadEntriesUntil(resource, 10, (item) => isBefore(item));
  }

  async loadEntriesSince(resource: Resource, from: string): Promise<HistoryEntry[]> {
    let isReached = false;
    let count = 0;
    return this.#loadEntriesUntil(resource, sincePageSize, (item) => {
      if (isReached && count >= sincePageSize / 2) return true;
      count += 1;
      isReached ||= String(item[tableNames.sortKey]) <= from;
      return false;
    });
  }

  /** Newest first until one that is not wanted any more; given back oldest first. */
  async #loadEntriesUntil(
    resource: Resource,
    pageSize: number,
    isOver: (item: Item) => boolean,
  ): Promise<HistoryEntry[]> {
    const entries: HistoryEntry[] = [];
    let beside: Item | null = null;
    for await (const item of this.#query(historyPartition(resource), { forward: false, pageSize })) {
      if (!isEntry(item)) {
        beside = item;
        continue;
      }
      if (isOver(item)) break;
      const isItsOwn = beside !== null && isAttribution(beside) && instantOf(beside) === instantOf(item);
      entries.push(withActor(fromEntryItem(item), isItsOwn ? beside : null));
      beside = null;
    }
    return entries.reverse();
  }

  async loadNewestEntry(resource: Resource): Promise<HistoryEntry | null> {
    for await (const item of this.#query(historyPartition(resource), { forward: false, pageSize: 2 })) {
      if (isEntry(item)) return fromEntryItem(item);
    }
    return null;
  }

  async deleteState(resource: Resource, version: number): Promise<void> {
    await refusedAsFalse(
      this.#client.send(
        new DeleteItemCommand({
          TableName: this.#table,
          Key: marshall(stateKey(resource)),
          ConditionExpression: '#version = :version AND told = :version AND #status = :gone',
          ExpressionAttributeNames: { '#version': 'version', '#status': 'status' },
          ExpressionAttributeValues: marshall({ ':version': version, ':gone': 'gone' }),
        }),
      ),
    );
  }

  async putScan(scan: ScanRecord, expiresAtSeconds: number | null): Promise<void> {
    await this.#put(toScanItem(scan, expiresAtSeconds), null);
  }

  async loadScansSince(account: string, from: string): Promise<ScanNote[]> {
    const scans: ScanNote[] = [];
    for await (const item of this.#query(scansPartition(account), { forward: true, from })) {
      const scan = unlessRefused(() => fromScanItem(item));
      if (scan !== null) scans.push(scan);
    }
    return scans;
  }

  async saveCallState(account: string, state: CallState): Promise<void> {
    await refusedAsFalse(
      this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: toAttributes(toCallStateItem(account, state)),
          ConditionExpression: 'attribute_not_exists(#schema) OR #schema <= :reads',
          ExpressionAttributeNames: { '#schema': 'schema' },
          ExpressionAttributeValues: marshall({ ':reads': schemaVersion }),
        }),
      ),
    );
  }

  async #get(key: Key): Promise<Item | null> {
    const { Item: item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: marshall(key), ConsistentRead: true }),
    );
    return item ? unmarshall(item) : null;
  }

  async *#query(
    partition: string,
    options: { forward: boolean; pageSize?: number; from?: string },
  ): AsyncGenerator<Item> {
    const { partitionKey, sortKey } = tableNames;
    const isWhole = options.from === undefined;
    let from: Record<string, NativeAttributeValue> | undefined;
    do {
      const page = await this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          ConsistentRead: true,
          KeyConditionExpression: `${partitionKey} = :partition${isWhole ? '' : ` AND ${sortKey} >= :from`}`,
          ExpressionAttributeValues: marshall({
            ':partition': partition,
            ...(isWhole ? {} : { ':from': options.from }),
          }),
          ScanIndexForward: options.forward,
          Limit: options.pageSize,
          ExclusiveStartKey: from,
        }),
      );
      for (const item of page.Items ?? []) yield unmarshall(item);
      from = page.LastEvaluatedKey;
    } while (from);
  }

  async #put(item: Item, condition: string | null): Promise<boolean> {
    const put = new PutItemCommand({
      TableName: this.#table,
      Item: toAttributes(item),
      ConditionExpression: condition ?? undefined,
    });
    return refusedAsFalse(this.#client.send(put));
  }

  /** The new attributes where they were asked for, else an empty item; `null`: the condition refused it. */
  async #update(key: Key, update: Update): Promise<Item | null> {
    const { expression, names, values } = updateExpression(update);
    const command = new UpdateItemCommand({
      TableName: this.#table,
      Key: marshall(key),
      UpdateExpression: expression,
      ConditionExpression: update.condition,
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: toAttributes(values),
      ReturnValues: update.returnNew ? 'ALL_NEW' : 'NONE',
    });
    try {
      const { Attributes } = await this.#client.send(command);
      return Attributes ? unmarshall(Attributes) : {};
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return null;
      throw error;
    }
  }
}

interface Update {
  set: Item;
  add?: Record<string, number>;
  remove?: string[];
  condition: string;
  names?: Record<string, string>;
  values: Values;
  returnNew?: boolean;
}

function updateExpression(update: Update) {
  const names: Record<string, string> = { ...update.names };
  const values: Values = { ...update.values };
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
  const expression = clauses.filter((clause) => clause !== '').join(' ');
  return { expression, names: Object.keys(names).length > 0 ? names : undefined, values };
}

function toAttributes(item: Item) {
  return Object.keys(item).length === 0 ? undefined : marshall(item, { removeUndefinedValues: true });
}

/** Who did it, as put beside the entry. What can't be read there says nothing: the entry itself is told all the same. */
function withActor(entry: HistoryEntry, beside: Item | null): HistoryEntry {
  if (beside === null || entry.changedBy) return entry;
  const changedBy = unlessRefused(() => fromAttributionItem(beside));
  return changedBy === null ? entry : { ...entry, changedBy };
}

/** `null`: an item of a newer version, or a damaged one. */
function unlessRefused<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof ItemError) return null;
    throw error;
  }
}

function toLeaseGrant(attributes: Item): LeaseGrant {
  const lastScan = lastScanSchema.safeParse(attributes['lastScan']);
  const allIsWellAt = instantOrNull.safeParse(attributes['allIsWellAt']);
  return {
    scanNumber: Number(attributes['scanNumber']),
    lastScan: lastScan.success ? lastScan.data : null,
    allIsWellAt: allIsWellAt.success ? allIsWellAt.data : null,
  };
}

/** The lease carries what the next scan needs of this one, no more. */
function summaryOf({ startedAt, complete, regionsListed, notRead }: LastScan): LastScan {
  return { startedAt, complete, regionsListed, notRead };
}

async function refusedAsFalse(sending: Promise<unknown>): Promise<boolean> {
  try {
    await sending;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

const toInstant = (ms: number): string => new Date(ms).toISOString();
