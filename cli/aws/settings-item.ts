import * as z from 'zod/mini';
import { type Item, readItem } from '../../lambda/adapters/items/read-item.ts';
import type { RecordedSettings } from '../questions/rated-by.ts';

const settingsSchema = z.object({ settings: z.object({ highRiskPorts: z.array(z.number()) }) });

/** The settings that the deployed scan recorded at the instant of the item's key. Throws ItemError. */
export function fromSettingsItem(item: Item): RecordedSettings {
  const { settings } = readItem(item, (fields) => settingsSchema.safeParse(fields));
  return { at: String(item['sk']), settings };
}
