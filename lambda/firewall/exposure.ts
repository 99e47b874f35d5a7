import { readLiveFamilies, splitByFamily } from './rules/dormant-rules.ts';
import { parseRule } from './rules/parse-rule.ts';
import type { Firewall } from './rules/port-state.ts';
import { listRules } from './rules/rule-encoding.ts';
import { canonicaliseNotes } from './rules/rule-notes.ts';
import { mergeRectangles, toReach } from './sets/canonical-reach.ts';
import type { Note, Reach } from './sets/reach.ts';

/**
 * Everything that a firewall lets through. `reach`: open now. `dormant`: open as soon as the instance gets an address of the family that
 * the instance lacks.
 */
export interface Exposure {
  /** Canonical: no two elements overlap, each element is as large as possible, and the list is sorted. */
  reach: Reach[];
  /** Canonical, like `reach`. */
  dormant: Reach[];
  /** How unusual rules were read, and which parts were not understood. */
  notes: Note[];
}

/** `reach` and `dormant` do not depend on the order or the spelling of the rules. */
export function exposureOf(firewall: Firewall): Exposure {
  const readings = Array.from(listRules(firewall.rules), parseRule);
  const rectangles = readings.flatMap((reading) => reading.rectangles);
  const { live, dormant } = splitByFamily(rectangles, readLiveFamilies(firewall.ipAddressType));
  return {
    reach: toReach(mergeRectangles(live)),
    dormant: toReach(mergeRectangles(dormant)),
    notes: canonicaliseNotes(readings.flatMap((reading) => reading.notes)),
  };
}
