import { type Exposure, exposureOf } from '../exposure.ts';
import type { Firewall } from '../rules/port-state.ts';
import { subtractReach } from '../sets/canonical-reach.ts';
import type { Note, Reach } from '../sets/reach.ts';
import { renderPrintable } from '../wording/printable.ts';
import { findDefaultRules } from './blueprint-default-rules.ts';
import { pickWorst, rateClosed } from './rate-change.ts';
import { rateOpened } from './rate-opened.ts';
import type { Rating, RatingPolicy } from './rating-policy.ts';
import { type Severity, severities } from './severity.ts';

/** As if all of it had just been opened; dormant reach one step lower; `info` where there is none. */
export function rateExposure(exposure: Exposure, policy: RatingPolicy): Rating {
  const live = rateWhole(exposure.reach, exposure.notes, policy);
  const dormant = rateWhole(exposure.dormant, exposure.notes, policy).map(({ severity, reason }): Rating => {
    return { severity: oneStepLower(severity), reason: `dormant until the instance gets such an address: ${reason}` };
  });
  return pickWorst([...live, ...dormant]) ?? { severity: 'info', reason: 'nothing can be reached' };
}

function rateWhole(reach: readonly Reach[], notes: readonly Note[], policy: RatingPolicy): Rating[] {
  const isNotUnderstood = notes.some(({ code }) => code === 'unknown-field');
  return rateOpened({ opened: reach, before: [], after: reach, isNotUnderstood, verb: 'is' }, policy);
}

function oneStepLower(severity: Severity): Severity {
  return severities[severities.indexOf(severity) + 1] ?? 'info';
}

/** An instance that was not there before: never below `low`. Exactly the default rules of its blueprint are `medium`, and said so. */
export function rateArrival(firewall: Firewall, blueprintId: string | null, policy: RatingPolicy): Rating {
  const exposure = exposureOf(firewall);
  if (exposure.reach.length === 0 && exposure.dormant.length === 0)
    return { severity: 'low', reason: 'a new instance; nothing on it can be reached' };
  if (blueprintId !== null && hasDefaultRules(exposure, blueprintId, firewall))
    return {
      severity: 'medium',
      reason: `a new instance with exactly the default rules of its blueprint ${renderPrintable(blueprintId)}`,
    };
  const rating = rateExposure(exposure, policy);
  return rating.severity === 'info' ? { ...rating, severity: 'low' } : rating;
}

/** Judged on what the rules let through, live and dormant; where the instance has one family only, the other's rules may lack. */
function hasDefaultRules(
  { reach, dormant, notes }: Exposure,
  blueprintId: string,
  { ipAddressType }: Firewall,
): boolean {
  const rules = findDefaultRules(blueprintId);
  if (rules === null || notes.some(({ code }) => code === 'unknown-field')) return false;
  const expected = exposureOf({ rules, ipAddressType });
  return (
    subtractReach(reach, expected.reach).length === 0 &&
    subtractReach(expected.reach, reach).length === 0 &&
    subtractReach(dormant, expected.dormant).length === 0
  );
}

/** By the rules for what closes, so never below `low`. `lastExposure`: the last known one. */
export function rateDeparture(lastExposure: readonly Reach[]): Rating {
  const [rating] = rateClosed(lastExposure, []);
  if (rating?.severity === 'medium') return { severity: 'medium', reason: `the instance is gone; ${rating.reason}` };
  return { severity: 'low', reason: 'the instance is gone' };
}
