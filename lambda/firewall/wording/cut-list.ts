/** The first `max` elements of a list that is sorted most severe first, and the number of elements that are left out. */
export function cutList<T>(sorted: readonly T[], max: number): { shown: T[]; more: number } {
  const shown = sorted.slice(0, max);
  return { shown, more: sorted.length - shown.length };
}
