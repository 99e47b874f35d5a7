import type { RatingPolicy, Reach } from '../../lambda/firewall/index.ts';
import { listReach, rankChange } from './list-reach.ts';

/** The lines of what an entry opened, or closed. */
export type ListChange = (side: 'opened' | 'closed', reach: readonly Reach[]) => string[];

/** Lines of each list; the JSON has all lines. */
const maxLines = 8;

/** With a cache, for thousands of lists, many of them equal. `policy`: the ratings that order the lines. */
export function buildListChange(policy: RatingPolicy): ListChange {
  const known = new Map<string, string[]>();
  return (side, reach) => {
    const text = `${side} ${JSON.stringify(reach)}`;
    // A light entry holds no notes.
    const rank = () => rankChange({ opened: [], closed: [], notes: [], [side]: reach }, policy)[side];
    const lines = known.get(text) ?? listReach(reach, rank(), maxLines);
    known.set(text, lines);
    return lines;
  };
}
