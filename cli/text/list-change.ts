import type { RatingPolicy, Reach } from '../../lambda/firewall/index.ts';
import { cacheByKey } from '../questions/cache-by-key.ts';
import { listReach, rankChange } from './list-reach.ts';

/** Returns the lines of the opened, or of the closed, reach of an entry. */
export type ListChange = (side: 'opened' | 'closed', reach: readonly Reach[]) => string[];

/** The most lines of one list. `--json` has all. */
const maxLines = 8;

/** Caches the lines, because thousands of lists are equal. `policy`: for the order of the lines. */
export function buildListChange(policy: RatingPolicy): ListChange {
  return cacheByKey<Parameters<ListChange>, string[]>(
    // A light entry has no notes.
    (side, reach) =>
      listReach(reach, rankChange({ opened: [], closed: [], notes: [], [side]: reach }, policy)[side], maxLines),
    (...given) => JSON.stringify(given),
  );
}
