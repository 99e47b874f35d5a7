import * as z from 'zod/mini';
import { instant, text } from '../../contract/item-fields.ts';
import { type EffectiveSettings, effectiveSettings, parseSettings } from '../../contract/settings-schema.ts';
import { settingsKey } from '../../contract/table-keys.ts';
import { type Item, readItem, toItem } from './read-item.ts';

/** The settings of the deployment, in force until the next item of settings. */
export interface RecordedSettings {
  /** Start of the first scan that had these settings. */
  at: string;
  /** A scan with the same hash does not record its settings again. */
  hash: string;
  settings: EffectiveSettings;
}

const recordSchema = z.object({ at: instant, hash: text });

export function toSettingsItem(account: string, { at, hash, settings }: RecordedSettings): Item {
  return toItem(settingsKey(account, at), { hash, settings });
}

export function fromSettingsItem(item: Item): RecordedSettings {
  const record = readItem(item, recordSchema, ({ sk, hash }) => ({ at: sk, hash }));
  const settings = readItem(item, { safeParse: parseSettings }, (fields) => fields['settings']);
  return { ...record, settings: effectiveSettings(settings) };
}
