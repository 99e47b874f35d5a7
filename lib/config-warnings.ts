import type { MonitorSettings } from '../lambda/contract/settings-schema.ts';
import { lightsailRegions } from './find-unknown-regions.ts';
import type { Config } from './parse-config.ts';

/** The place of the deployment. `undefined`: not known. */
export interface Home {
  readonly region: string | undefined;
  readonly account: string | undefined;
}

/** Warnings about a valid configuration, printed at each synthesis; they do not stop the deployment. `now`: an ISO instant. */
export function findWarnings(config: Config, now: string, home: Home): string[] {
  const ofMonitor = findMonitorWarnings(config, now, home).map(({ sentence }) => sentence);
  if (config.email.length === 0 && !config.slack && !config.slackWebhookParameter && !config.existingAlertTopic)
    ofMonitor.push(
      'Neither email nor slack is configured: alerts are not sent until something subscribes to the alert topic.',
    );
  return ofMonitor;
}

/** The kinds of warnings about the settings of a monitor. In a CDK app, these ids are used to acknowledge a warning. */
export const warningIds = {
  noLightsail: 'portwatch:region-without-lightsail',
  expired: 'portwatch:expired',
  ownAccount: 'portwatch:own-account-not-watched',
} as const;

export function findMonitorWarnings(
  settings: Pick<MonitorSettings, 'regions' | 'expected' | 'approved' | 'accounts'>,
  now: string,
  { region, account }: Home,
): { id: string; sentence: string }[] {
  const warnings: { id: string; sentence: string }[] = [];
  if (account && isLeftOut(settings, account))
    warnings.push({
      id: warningIds.ownAccount,
      sentence: `The monitor's own account ${account} is not watched: accounts leaves it out.`,
    });
  if (region && settings.regions === null && !lightsailRegions.includes(region))
    warnings.push({
      id: warningIds.noLightsail,
      sentence:
        `Lightsail has no region ${region}, where the monitor is deployed, and each scan lists the regions there: every scan will fail. ` +
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

/**
 * True if `accounts` does not list `account`, or excludes it from an organisation. Whether `account` is in the organisation is known only
 * in a pass.
 */
function isLeftOut({ accounts }: Pick<MonitorSettings, 'accounts'>, account: string): boolean {
  if (accounts === null) return false;
  return 'organization' in accounts ? (accounts.except ?? []).includes(account) : !accounts.includes(account);
}

/** A text without a time is a day, which ends at midnight UTC. */
function isOver(until: string, now: string): boolean {
  return Date.parse(until.includes('T') ? until : `${until}T23:59:59.999Z`) < Date.parse(now);
}
