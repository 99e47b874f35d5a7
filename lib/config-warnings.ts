import { lightsailRegions } from './find-unknown-regions.ts';
import type { Config } from './parse-config.ts';

/** Warnings about a valid configuration, printed at each synthesis; they do not stop the deployment. `now`: an ISO instant. `homeRegion`:
 * the region of the deployment, if it is known. */
export function findWarnings(config: Config, now: string, homeRegion: string | undefined): string[] {
  const warnings: string[] = [];
  if (homeRegion && config.regions === null && !lightsailRegions.includes(homeRegion))
    warnings.push(
      `Lightsail has no region ${homeRegion}, where the monitor is deployed, and each scan lists the regions there: every scan will fail. ` +
        'Set regions to those that you use, or deploy to a region of Lightsail.',
    );
  if (config.email.length === 0 && !config.slack && !config.slackWebhookParameter && !config.existingAlertTopic)
    warnings.push(
      'Neither email nor slack is configured: alerts are not sent until something subscribes to the alert topic.',
    );
  for (const [index, { until, reason }] of config.expected.entries()) {
    if (until !== undefined && isOver(until, now))
      warnings.push(`expected[${index}] ("${reason}") expired on ${until}: it has no effect any more.`);
  }
  return warnings;
}

/** A day ends at midnight UTC. */
function isOver(until: string, now: string): boolean {
  return Date.parse(until.includes('T') ? until : `${until}T23:59:59.999Z`) < Date.parse(now);
}
