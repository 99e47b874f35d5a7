/** Simulates DynamoDB's time to live: deletes expired entries. */
import { InMemoryFleetStore } from '../scan/in-memory-fleet-store.ts';
import type { Model } from './model.ts';

export function removeExpired(table: unknown, model: Model, now: number): void {
  if (!(table instanceof InMemoryFleetStore)) return;
  for (const [key, expiresAtSeconds] of table.expiries) {
    if (expiresAtSeconds * 1000 > now) continue;
    table.expiries.delete(key);
    const [resource = '', at = ''] = key.split('@');
    table.entries.get(resource)?.delete(at);
    model.onExpired(resource.slice(resource.indexOf('#') + 1), at);
  }
}
