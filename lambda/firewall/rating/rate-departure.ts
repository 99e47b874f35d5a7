import type { Reach } from '../sets/reach.ts';
import { rateClosed } from './rate-closed.ts';
import type { Rating } from './rating.ts';

/** Rates an instance that is gone by what closed with it: `medium` or `low`. `lastExposure`: the last known exposure. */
export function rateDeparture(lastExposure: readonly Reach[]): Rating {
  const [rating] = rateClosed(lastExposure, []);
  if (rating?.severity === 'medium') return { severity: 'medium', reason: `the instance is gone; ${rating.reason}` };
  return { severity: 'low', reason: 'the instance is gone' };
}
