import type { Reach } from '../sets/reach.ts';
import { describeClosedSite, findSitePort } from './rate-closed.ts';
import type { Rating } from './rating.ts';

/** Rates a deleted instance by the exposure that closed with it: `medium` or `low`. `lastExposure`: the last known exposure. */
export function rateDeletedInstance(lastExposure: readonly Reach[]): Rating {
  const port = findSitePort(lastExposure, []);
  if (port === undefined) return { severity: 'low', reason: 'the instance is gone' };
  return { severity: 'medium', reason: `the instance is gone; ${describeClosedSite(port)}: a site may be down` };
}
