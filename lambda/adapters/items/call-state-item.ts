import { callStateKey } from '../../contract/table-keys.ts';
import { type CallState, callStateSchema } from '../../scan/interfaces.ts';
import { type Item, readItem, schemaVersion } from './read-item.ts';

export function toCallStateItem(account: string, state: CallState): Item {
  return { ...callStateKey(account), schema: schemaVersion, ...state };
}

export function fromCallStateItem(item: Item): CallState {
  return readItem(item, (fields) => callStateSchema.safeParse(fields));
}
