/** The histories that a pass over the calls has loaded, each as far back as it was asked for. */

import type { HistoryEntry, Resource } from '../history/entry.ts';
import { attempt } from './attempt.ts';
import type { FleetStore, ScanObserver } from './interfaces.ts';
import type { Dossier } from './judge-calls.ts';
import { type LatestState, resourceKey } from './latest-state.ts';

export class Dossiers {
  readonly #store: Pick<FleetStore, 'loadEntriesSince' | 'loadEntry'>;
  readonly #observe: ScanObserver;
  readonly #loaded = new Map<string, Dossier>();

  constructor(store: Pick<FleetStore, 'loadEntriesSince' | 'loadEntry'>, observe: ScanObserver) {
    this.#store = store;
    this.#observe = observe;
  }

  all(): Dossier[] {
    return [...this.#loaded.values()];
  }

  /** From the entry that was in force at `from` on; `undefined`: it could not be loaded, which is said. */
  async load(latest: LatestState, from: string): Promise<Dossier | undefined> {
    const key = resourceKey(latest.resource);
    const loaded = this.#loaded.get(key);
    if (loaded !== undefined && (loaded.entries[0]?.at ?? '9') <= from) return loaded;
    const entries = await attempt(this.#observe, `load the history of ${key}`, () =>
      this.#store.loadEntriesSince(latest.resource, from),
    );
    if (entries === undefined) return undefined;
    const dossier = { latest, entries };
    this.#loaded.set(key, dossier);
    return dossier;
  }

  /** The entry of that instant. Throws where the table fails. */
  async loadEntry(resource: Resource, at: string, { entries }: Pick<Dossier, 'entries'>): Promise<HistoryEntry | null> {
    return entries.find((entry) => entry.at === at) ?? (await this.#store.loadEntry(resource, at));
  }

  /** It is known now who made it. */
  replace(latest: LatestState, entry: HistoryEntry): void {
    const key = resourceKey(latest.resource);
    const entries = this.#loaded.get(key)?.entries ?? [];
    this.#loaded.set(key, { latest, entries: entries.map((one) => (one.at === entry.at ? entry : one)) });
  }
}
