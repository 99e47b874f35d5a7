/** The attributions of the changes for which the script of the month has an actor. */

import type { Item } from '../../lambda/adapters/items/read-item.ts';
import { toItem } from '../../lambda/adapters/items/read-item.ts';
import { attributionKey } from '../../lambda/contract/table-keys.ts';
import type { Attribution } from '../../lambda/history/attribution.ts';
import type { HistoryEntry } from '../../lambda/history/entry.ts';
import type { MonthStore } from './generated-month-store.ts';
import type { MonthWorld } from './generated-month-world.ts';

export function listAttributionItems(store: MonthStore, world: MonthWorld): Item[] {
  const entries = [...store.entries.values()].flatMap((history) => [...history.values()]);
  return entries.flatMap((entry) => {
    const attribution = entry.kind === 'changed' ? attribute(entry, world) : null;
    return attribution === null ? [] : [toItem(attributionKey(entry.resource, entry.at), attribution)];
  });
}

function attribute({ resource, at }: HistoryEntry, world: MonthWorld): Attribution | null {
  const { region, instanceName } = resource;
  const event = world.eventAt(world.find(region, instanceName ?? ''), Date.parse(at));
  if (event === null || event.by === null) return null;
  const call = {
    eventId: `event-${region}-${instanceName}-${event.at}`,
    // CloudTrail's times are whole seconds.
    at: new Date(Math.floor(event.at / 1000) * 1000).toISOString(),
    name: 'PutInstancePublicPorts',
    by: event.by,
    arn: null,
    sourceIpAddress: '198.51.100.20',
    userAgent: 'aws-cli/2.31.0',
    through: 'api',
  } as const;
  return {
    calls: [call],
    fit: 'explained',
    foundBy: 'lookup',
    foundAt: new Date(Date.parse(at) + 900_000).toISOString(),
  };
}
