import { defaultRatingPolicy, type RatingPolicy } from '../../lambda/firewall/index.ts';

export interface RatedBy extends RatingPolicy {
  /**
   * `deployment`: settings that a deployed scan recorded. `defaults`: the table has no settings recorded at or before the instant of the
   * answer.
   */
  settings: 'deployment' | 'defaults';
  /** When the deployed scan recorded these settings; `null`: they are the defaults. */
  recordedAt: string | null;
}

/** `recorded`: the newest settings that were recorded at or before the instant of the answer; `null`: the table has none. */
export function chooseRatingSettings(recorded: { at: string; settings: RatingPolicy } | null): RatedBy {
  if (recorded === null) return { settings: 'defaults', recordedAt: null, ...defaultRatingPolicy };
  const { at, settings } = recorded;
  return { settings: 'deployment', recordedAt: at, highRiskPorts: settings.highRiskPorts };
}
