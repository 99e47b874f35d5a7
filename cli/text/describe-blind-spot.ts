import { renderPlain } from '../../lambda/alerts/escape.ts';
import type { BlindSpot } from '../questions/blind-spots.ts';
import type { RenderTime } from './render-time.ts';

/** A clause without a full stop. */
export function describeBlindSpot(spot: BlindSpot, renderTime: RenderTime): string {
  switch (spot.kind) {
    case 'no-scan':
      return spot.since === null ? 'no scan has ended yet' : `no scan ran since ${renderTime(spot.since)}`;
    case 'region-not-listed':
      return `${renderPlain(spot.region, 40)} could not be listed (${renderPlain(spot.reason, 60)}), so its instances are not known`;
    case 'item-not-read':
      return `the item of ${renderPlain(spot.item, 80)} cannot be read by this version of Portwatch (${renderPlain(spot.problem, 200)})`;
  }
}

/** `null`: nothing is missing. */
export function describeMissing(spots: readonly BlindSpot[], renderTime: RenderTime): string | null {
  if (spots.length === 0) return null;
  return `The answer is not complete: ${spots.map((spot) => describeBlindSpot(spot, renderTime)).join('; ')}.`;
}
