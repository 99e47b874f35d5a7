import { mergeRectangles, toReach } from './canonical-reach.ts';
import { listRules } from './encoding.ts';
import { readLiveFamilies, splitRectangles } from './live-rules.ts';
import type { Firewall } from './port-state.ts';
import type { Note, Reach } from './reach.ts';
import { readRule } from './read-rule.ts';
import { canonicaliseNotes } from './reading-notes.ts';

/** What a firewall lets through: `reach` now, `dormant` as soon as the instance gets an address of the family it lacks. */
export interface Exposure {
  reach: Reach[];
  dormant: Reach[];
  notes: Note[];
}

/** `reach` and `dormant` are canonical: disjoint, maximal, sorted; the same whatever the order and the spelling of the rules. */
export function exposureOf(firewall: Firewall): Exposure {
  const readings = Array.from(listRules(firewall.rules), readRule);
  const rectangles = readings.flatMap((reading) => reading.rectangles);
  const { live, dormant } = splitRectangles(rectangles, readLiveFamilies(firewall.ipAddressType));
  return {
    reach: toReach(mergeRectangles(live)),
    dormant: toReach(mergeRectangles(dormant)),
    notes: canonicaliseNotes(readings.flatMap((reading) => reading.notes)),
  };
}
