import { renderCount } from '../../lambda/alerts/render-count.ts';
import { earlierOf } from '../../lambda/history/instants.ts';
import type { NotDueRegion } from '../questions/regions-not-due.ts';
import type { RenderTime } from '../time/render-time.ts';

/**
 * Describes the empty regions that the last scan did not list, because they were not due. Returns one sentence, or an empty list if there
 * are no such regions.
 */
export function describeNotDue(regions: readonly NotDueRegion[], renderTime: RenderTime): string[] {
  const oldest = regions.reduce<string | null>((found, { listedAt }) => earlierOf(found, listedAt), null);
  if (oldest === null) return [];
  const were = regions.length === 1 ? 'was' : 'were';
  return [
    `${renderCount(regions.length, 'empty region')} ${were} listed last at ${renderTime(oldest)}${regions.length === 1 ? '' : ' or later'}: newer instances there are not known yet.`,
  ];
}
