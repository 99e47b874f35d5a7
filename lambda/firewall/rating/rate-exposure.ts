import type { Exposure } from '../exposure.ts';
import { hasNote, unknownField } from '../rules/rule-notes.ts';
import type { Note, Reach } from '../sets/reach.ts';
import { rateOpened } from './rate-opened.ts';
import { pickWorst, type Rating } from './rating.ts';
import type { RatingPolicy } from './rating-policy.ts';
import { type Severity, severities } from './severity.ts';

/**
 * Rates an exposure as if all of it had just been opened. Dormant reach (of the address family that the instance lacks) is rated one
 * severity lower. `info` if the exposure is empty.
 */
export function rateExposure(exposure: Exposure, policy: RatingPolicy): Rating {
  const live = rateReach(exposure.reach, exposure.notes, policy);
  const dormant = rateReach(exposure.dormant, exposure.notes, policy).map(({ severity, reason }): Rating => {
    const note = 'dormant until the instance gets an address of that family';
    return { severity: oneStepLower(severity), reason: `${note}: ${reason}` };
  });
  return pickWorst([...live, ...dormant]) ?? { severity: 'info', reason: 'nothing can be reached' };
}

function rateReach(reach: readonly Reach[], notes: readonly Note[], policy: RatingPolicy): Rating[] {
  const hasUnknownField = hasNote(notes, unknownField);
  return rateOpened({ opened: reach, before: [], after: reach, hasUnknownField, verb: 'is' }, policy);
}

function oneStepLower(severity: Severity): Severity {
  return severities[severities.indexOf(severity) + 1] ?? 'info';
}
