import type { RatingPolicy, Reach } from '../../lambda/firewall/index.ts';
import { cacheByKey } from '../questions/cache-by-key.ts';
import { listReach, rankChange } from './list-reach.ts';

/** Returns the lines that describe what an entry opened or closed. `side`: whether `reach` is the opened or the closed list. */
export type ListChange = (side: 'opened' | 'closed', reach: readonly Reach[]) => string[];

/** The maximum number of lines for one list of reaches. The output of `--json` has every reach. */
const maxLines = 8;

/** Builds a ListChange that caches its lines, because thousands of entries have equal lists. `policy` affects the order of the lines. */
export function buildListChange(policy: RatingPolicy): ListChange {
  return cacheByKey<Parameters<ListChange>, string[]>(
    // A light entry (an entry as stored in the timeline index) has no notes.
    (side, reach) =>
      listReach(reach, rankChange({ opened: [], closed: [], notes: [], [side]: reach }, policy)[side], maxLines),
    (...given) => JSON.stringify(given),
  );
}
