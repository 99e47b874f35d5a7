/**
 * Describes the worst part of an exposure in one phrase, for a headline. The phrase is printable, but not escaped for Slack.
 *
 * The parts are ranked by the default rating policy, because the Slack function has only the JSON event, which contains no policy. The
 * rank only selects the part that the headline names: severity and reason of the alert were rated by the policy of the deployment.
 */
import type { Alert } from '../contract/json-event.ts';
import {
  defaultRatingPolicy,
  describeReach,
  type Phrase,
  type Reach,
  rateChange,
  rateExposure,
  severities,
} from '../firewall/index.ts';

/** More elements are not rated: the largest firewall has thousands, and rating all of them takes too long for one phrase. */
const maxRated = 200;

/** Without the name of the service and the CIDR of "anywhere", so that it is short; `null`: the exposure is empty. */
export function describeWorstExposure(
  reach: readonly Reach[],
  { kind, notes }: Pick<Alert, 'kind' | 'notes'>,
): Phrase | null {
  const whole = describeReach(reach, { maxLines: 2, maxSources: 1 });
  const [first] =
    whole.phrases.length < 2
      ? whole.phrases
      : describeReach(pickWorst(reach, kind === 'instance-appeared', notes ?? []), { maxSources: 1 }).phrases;
  if (first === undefined) return null;
  return {
    what: first.what.replace(/ \([^()]*\)$/, ''),
    from: first.from.replace(/^anywhere \((0\.0\.0\.0\/0|::\/0)\)$/, 'anywhere'),
  };
}

function pickWorst(reach: readonly Reach[], isNewInstance: boolean, notes: NonNullable<Alert['notes']>): Reach[] {
  const rankOf = (each: Reach): number => {
    const rating = isNewInstance
      ? rateExposure({ reach: [each], dormant: [], notes }, defaultRatingPolicy)
      : rateChange({ opened: [each], closed: [], before: [], after: [each], notes }, defaultRatingPolicy);
    return severities.indexOf(rating.severity);
  };
  const ranked = reach.slice(0, maxRated).map((each) => ({ each, rank: rankOf(each) }));
  return ranked
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, 1)
    .map(({ each }) => each);
}
