import { randomBytes } from 'node:crypto';
import type { EmulatedInstance } from './fleet.ts';
import { invalidInput } from './port-info.ts';

interface Place {
  region: string;
  /** The `sequence` of the last instance of the previous page, so that a creation or deletion between two requests shifts nothing. */
  afterSequence: number;
  page: number;
}

export class Pages {
  /** Elements on a page, for every listing. */
  readonly size: number;
  #places = new Map<string, Place>();

  constructor(size: number) {
    this.size = size;
  }

  /** The page number of a token; 1 without a token; `undefined` for an unknown token. */
  pageNumber(token: unknown): number | undefined {
    if (token === undefined) return 1;
    return typeof token === 'string' ? this.#places.get(token)?.page : undefined;
  }

  /**
   * Returns the page that a token names; without a token, the first page. A token stays valid, because a client can repeat the request.
   * Throws InvalidInputException for an unknown token or a token of another region.
   */
  cut(
    instances: EmulatedInstance[],
    region: string,
    token: unknown,
  ): { instances: EmulatedInstance[]; nextPageToken?: string } {
    const place = this.#find(region, token);
    const rest = instances.filter((instance) => instance.sequence > place.afterSequence);
    const page = rest.slice(0, this.size);
    const last = page.at(-1);
    if (rest.length <= this.size || last === undefined) return { instances: page };
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
