import type { MonitorSettings } from '../lambda/contract/settings.ts';
import { lightsailRegions } from './find-unknown-regions.ts';
import type { Config } from './parse-config.ts';

/** Warnings about a valid configuration, printed at each synthesis; they do not stop the deployment. `now`: an ISO instant. `homeRegion`:
 * the region of the deployment, if it is known. */
export function findWarnings(config: Config, now: string, homeRegion: string | undefined): string[] {
  const ofMonitor = findMonitorWarnings(config, now, homeRegion).map(({ sentence }) => sentence);
  if (config.email.length === 0 && !config.slack && !config.slackWebhookParameter && !config.existingAlertTopic)
    ofMonitor.push(
      'Neither email nor slack is configured: alerts are not sent until something subscribes to the alert topic.',
    );
  return ofMonitor;
}

/** The kinds of warnings about the settings of a monitor. In a CDK app of one's own, these are the ids by which they are acknowledged. */
export const warningIds = { noLightsail: 'portwatch:region-without-lightsail', expired: 'portwatch:expired' } as const;

/** Warnings about valid settings of a monitor. They do not depend on its subscribers. */
export function findMonitorWarnings(
  settings: Pick<MonitorSettings, 'regions' | 'expected' | 'approved'>,
  now: string,
  homeRegion: string | undefined,
): { id: string; sentence: string }[] {
  const warnings: { id: string; sentence: string }[] = [];
  if (homeRegion && settings.regions === null && !lightsailRegions.includes(homeRegion))
    warnings.push({
      id: warningIds.noLightsail,
      sentence:
        `Lightsail has no region ${homeRegion}, where the monitor is deployed, and each scan lists the regions there: every scan will fail. ` +
        'Set regions to those that you use, or deploy to a region of Lightsail.',
    });
  for (const key of ['expected', 'approved'] as const)
    for (const [index, { until, reason }] of settings[key].entries()) {
      if (until !== undefined && isOver(until, now))
        warnings.push({
          id: warningIds.expired,
          sentence: `${key}[${index}] ("${reason}") expired on ${until}: it has no effect any more.`,
        });
    }
  return warnings;
}

/** A day ends at midnight UTC. */
function isOver(until: string, now: string): boolean {
  return Date.parse(until.includes('T') ? until : `${until}T23:59:59.999Z`) < Date.parse(now);
}
