import type { Reach } from '../sets/reach.ts';
import { decideCircle } from './classify-audience.ts';

/** The part of a canonical reach that is open to the world, or counts as such because it is not understood: whole stretches of ports. */
export function keepOpenToWorld(reach: readonly Reach[]): Reach[] {
  return reach.filter(({ protocol, from, to, sources }) => {
    const piece = { protocol, from, to, opened: sources, before: [], after: sources };
    return decideCircle(piece).kind === 'world';
  });
}
