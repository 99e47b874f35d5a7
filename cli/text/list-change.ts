import { type RatingPolicy, type Reach, rankClosed, rankOpened } from '../../lambda/firewall/index.ts';
import { listReach } from './list-reach.ts';

/** The lines of what an entry opened, or closed. */
export type ListChange = (side: 'opened' | 'closed', reach: readonly Reach[]) => string[];

/** Lines of each list; the JSON has all lines. */
const maxLines = 8;

/** With a cache, for thousands of lists, many of them equal. `policy`: the ratings that order the lines. */
export function buildListChange(policy: RatingPolicy): ListChange {
  const known = new Map<string, string[]>();
  // A light entry holds neither the exposure after the change nor notes.
  const rank = {
    opened: (reach: readonly Reach[]) => rankOpened({ opened: reach, after: null, notes: [] }, policy),
    closed: (reach: readonly Reach[]) => rankClosed({ closed: reach, after: null }, policy),
  };
  return (side, reach) => {
    const text = `${side} ${JSON.stringify(reach)}`;
    const lines = known.get(text) ?? listReach(reach, rank[side](reach), maxLines);
    known.set(text, lines);
    return lines;
  };
}
