import { findSimilarNames } from '../../lib/similar-names.ts';

/** `did you mean web-1 or web-2?`; `otherwise` if none of `names` is similar to `wanted`. */
export function suggestName(wanted: string, names: readonly string[], otherwise: string): string {
  const near = findSimilarNames(wanted, names);
  return near.length > 0 ? `did you mean ${near.join(' or ')}?` : otherwise;
}
