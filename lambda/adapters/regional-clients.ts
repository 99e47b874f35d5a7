import { type Client, withoutCallLog } from './client-settings.ts';

/** One client for each region, created at the first use. */
export class RegionalClients<C extends Client> {
  readonly #clients = new Map<string, C>();
  readonly #create: (region: string) => C;

  constructor(create: (region: string) => C) {
    this.#create = create;
  }

  of(region: string): C {
    const known = this.#clients.get(region);
    if (known !== undefined) return known;
    const client = withoutCallLog(this.#create(region));
    this.#clients.set(region, client);
    return client;
  }

  destroy(): void {
    for (const client of this.#clients.values()) client.destroy();
  }
}
