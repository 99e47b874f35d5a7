import { type Exposure, exposureOf } from '../exposure.ts';
import type { Firewall } from '../rules/port-state.ts';
import { hasNote, unknownField } from '../rules/rule-notes.ts';
import { includesReach } from '../sets/canonical-reach.ts';
import { replaceUnprintable } from '../wording/replace-unprintable.ts';
import { findDefaultRules } from './blueprint-default-rules.ts';
import { rateExposure } from './rate-exposure.ts';
import type { Rating } from './rating.ts';
import type { RatingPolicy } from './rating-policy.ts';

/**
 * Rates a new instance: `medium` if it has exactly the default rules of its blueprint, else by its exposure, but at least `low`.
 * `exposure`: that of `firewall`.
 */
export function rateNewInstance(
  firewall: Firewall,
  blueprintId: string | null,
  policy: RatingPolicy,
  exposure: Exposure,
): Rating {
  if (exposure.reach.length === 0 && exposure.dormant.length === 0)
    return { severity: 'low', reason: 'a new instance; nothing on it can be reached' };
  if (blueprintId !== null && hasDefaultRules(exposure, blueprintId, firewall))
    return {
      severity: 'medium',
      reason: `a new instance with exactly the default rules of its blueprint ${replaceUnprintable(blueprintId)}`,
    };
  const rating = rateExposure(exposure, policy);
  return rating.severity === 'info' ? { ...rating, severity: 'low' } : rating;
}

/** Compares the exposure, not the rules, because an instance with addresses of one family can lack the rules of the other family. */
function hasDefaultRules(
  { reach, dormant, notes }: Exposure,
  blueprintId: string,
  { ipAddressType }: Firewall,
): boolean {
  const rules = findDefaultRules(blueprintId);
  if (rules === null || hasNote(notes, unknownField)) return false;
  const expected = exposureOf({ rules, ipAddressType });
  return (
    includesReach(expected.reach, reach) &&
    includesReach(reach, expected.reach) &&
    includesReach(expected.dormant, dormant)
  );
}
