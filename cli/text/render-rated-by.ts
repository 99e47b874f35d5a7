import type { RatedBy } from '../questions/choose-rating-settings.ts';

/** The line below an answer whose severities are rated with the defaults. No line if the settings of the deployment are known. */
export function renderRatedBy({ settings }: RatedBy): string[] {
  if (settings === 'deployment') return [];
  return ['Severities are rated with the default settings: the table has no settings of the deployment for this time.'];
}
