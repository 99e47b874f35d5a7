/** Pages of a listing, and the opaque tokens between them. */
import { randomBytes } from 'node:crypto';
import type { EmulatedInstance } from './fleet.ts';
import { invalidInput } from './port-info.ts';

interface Place {
  region: string;
  /** The page begins behind this instance; so one created or deleted between two pages shifts nothing. */
  afterSequence: number;
  page: number;
}

export class Pages {
  readonly #size: number;
  #places = new Map<string, Place>();

  constructor(size: number) {
    this.#size = size;
  }

  /** Number of the page that a token asks for, 1 without one; `undefined` for a token this stand-in never gave. */
  pageNumber(token: unknown): number | undefined {
    if (token === undefined) return 1;
    return typeof token === 'string' ? this.#places.get(token)?.page : undefined;
  }

  /** A token stays good, as the same call may be repeated. Throws InvalidInputException for one of another region, or of nobody. */
  cut(
    instances: EmulatedInstance[],
    region: string,
    token: unknown,
  ): { instances: EmulatedInstance[]; nextPageToken?: string } {
    const place = this.#find(region, token);
    const rest = instances.filter((instance) => instance.sequence > place.afterSequence);
    const page = rest.slice(0, this.#size);
    const last = page.at(-1);
    if (rest.length <= this.#size || last === undefined) return { instances: page };
    const nextPageToken = randomBytes(24).toString('base64');
    this.#places.set(nextPageToken, { region, afterSequence: last.sequence, page: place.page + 1 });
    return { instances: page, nextPageToken };
  }

  #find(region: string, token: unknown): Place {
    if (token === undefined) return { region, afterSequence: 0, page: 1 };
    const place = typeof token === 'string' ? this.#places.get(token) : undefined;
    if (place?.region !== region) throw invalidInput('The page token is not valid.');
    return place;
  }
}
