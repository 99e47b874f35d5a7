import * as z from 'zod/mini';
import { callStateKey } from '../../contract/table-keys.ts';
import type { CallState } from '../../scan/interfaces.ts';
import { instant, instantOrNull, text } from './item-fields.ts';
import { type Item, readItem, schemaVersion } from './read-item.ts';

const callStateSchema = z.object({
  passedAt: instant,
  doneUntil: z.record(text, instant),
  waitsUntil: instantOrNull,
  toldDenied: z.array(text),
});

export function toCallStateItem(account: string, state: CallState): Item {
  return { ...callStateKey(account), schema: schemaVersion, ...state };
}

export function fromCallStateItem(item: Item): CallState {
  return readItem(item, (fields) => callStateSchema.safeParse(fields));
}
