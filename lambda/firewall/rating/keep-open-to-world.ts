import type { Reach } from '../sets/reach.ts';
import { classifyAudience } from './classify-audience.ts';

/**
 * Returns the elements that are open to the world, or that count as open to the world because Portwatch does not understand their rules.
 * `reach`: as `canonicaliseReach` returns it.
 */
export function keepOpenToWorld(reach: readonly Reach[]): Reach[] {
  return reach.filter(({ protocol, from, to, sources }) => {
    const piece = { protocol, from, to, opened: sources, before: [], after: sources };
    return classifyAudience(piece).kind === 'world';
  });
}
