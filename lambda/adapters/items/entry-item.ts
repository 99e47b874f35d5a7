import { alertIdOf } from '../../alerts/alert-id.ts';
import { entryKey } from '../../contract/table-keys.ts';
import { timelineKeys } from '../../contract/timeline-index.ts';
import { entrySchema, type HistoryEntry } from '../../history/entry.ts';
import { lightenEntry } from './lighten-entry.ts';
import { packFirstThatFits } from './packed-fields.ts';
import { type Item, readItem, schemaVersion } from './read-item.ts';

export function toEntryItem(entry: HistoryEntry): Item {
  const {
    resource,
    rules,
    opened,
    closed,
    dormant,
    notes,
    differenceLeftOut,
    replaces,
    summary,
    approved,
    changedBy,
    ...rest
  } = entry;
  const large = {
    rules,
    opened,
    closed,
    dormant,
    notes,
    replaces,
    summary,
    ...(approved && { approved }),
    ...(differenceLeftOut && { differenceLeftOut }),
  };
  return {
    ...entryKey(resource, entry.at),
    schema: schemaVersion,
    ...rest,
    // Entries of this version always have this attribute, also as `null`. So an index entry without `changedBy` shows that the index
    // `timeline` was made by an early version, and does not hold the attribute.
    changedBy: changedBy ?? null,
    account: resource.account,
    region: resource.region,
    instanceName: resource.instanceName,
    arn: entry.instance?.arn ?? null,
    alertId: alertIdOf(entry),
    ...timelineKeys(resource, entry.at),
    ...packFirstThatFits(lightenEntry(large)),
  };
}

export function fromEntryItem(item: Item): HistoryEntry {
  const { changedBy, ...entry } = readItem(
    item,
    entrySchema,
    ({ account, region, instanceName = null, ...fields }) => ({
      ...fields,
      resource: { account, region, instanceName },
    }),
  );
  return changedBy ? { ...entry, changedBy } : entry;
}
