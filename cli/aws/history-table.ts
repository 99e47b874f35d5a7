import { BatchGetItemCommand, type KeysAndAttributes } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import pLimit from 'p-limit';
import { DynamoDbTable } from '../../lambda/adapters/dynamodb-table.ts';
import { expectList } from '../../lambda/adapters/expect-list.ts';
import type { Item } from '../../lambda/adapters/items/read-item.ts';
import type { Key } from '../../lambda/contract/table-keys.ts';

/** The limit of DynamoDB for BatchGetItem. */
const keysPerRequest = 100;
const requestsAtOnce = 4;

/**
 * The snapshot table, with reads of many items in one request. Only the command line makes these reads: the functions have no permission
 * for them.
 */
export class HistoryTable extends DynamoDbTable {
  /** Returns the items that exist, in any order. `attributes`: the attributes of each item that are returned; left out or empty: all. */
  async getItems(keys: readonly Key[], isConsistent: boolean, attributes: readonly string[] = []): Promise<Item[]> {
    const starts = Array.from({ length: Math.ceil(keys.length / keysPerRequest) }, (_, i) => i * keysPerRequest);
    const limit = pLimit(requestsAtOnce);
    const batches = starts.map((start) =>
      limit(() =>
        this.#getBatch(keys.slice(start, start + keysPerRequest), {
          ConsistentRead: isConsistent,
          ...project(attributes),
        }),
      ),
    );
    return (await Promise.all(batches)).flat();
  }

  /** DynamoDB can leave keys out of an answer. The next request contains these keys. */
  async #getBatch(keys: readonly Key[], options: Omit<KeysAndAttributes, 'Keys'>): Promise<Item[]> {
    const found: Item[] = [];
    let left: Pick<KeysAndAttributes, 'Keys'> | undefined = { Keys: keys.map((key) => marshall(key)) };
    while (left?.Keys?.length) {
      const command: BatchGetItemCommand = new BatchGetItemCommand({
        RequestItems: { [this.name]: { ...left, ...options } },
        ReturnConsumedCapacity: 'TOTAL',
      });
      const answer = await this.client.send(command, this.options);
      this.count(answer.ConsumedCapacity?.[0]?.CapacityUnits);
      const items = expectList(answer.Responses?.[this.name], 'Responses', 'BatchGetItem');
      found.push(...items.map((item) => unmarshall(item)));
      left = answer.UnprocessedKeys?.[this.name];
    }
    return found;
  }
}

/** Every name has a placeholder, because some names are reserved words of DynamoDB. */
function project(attributes: readonly string[]): Omit<KeysAndAttributes, 'Keys'> {
  if (attributes.length === 0) return {};
  const names = attributes.map((name, i) => [`#n${i}`, name] as const);
  return {
    ProjectionExpression: names.map(([placeholder]) => placeholder).join(', '),
    ExpressionAttributeNames: Object.fromEntries(names),
  };
}

/** A key as one text, for a Map. */
export const keyText = ({ pk, sk }: Item | Key): string => `${String(pk)}\n${String(sk)}`;
