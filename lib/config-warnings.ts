import type { Config } from './parse-config.ts';

/** Warnings about a valid configuration, printed at each synthesis; they do not stop the deployment. `now`: an ISO instant. */
export function findWarnings(config: Config, now: string): string[] {
  const warnings: string[] = [];
  const unknown = (config.regions ?? []).filter((region) => !lightsailRegions.has(region));
  if (unknown.length > 0)
    warnings.push(`regions: ${unknown.join(', ')} was not a region of Lightsail when this version was released.`);
  if (config.email.length === 0 && !config.slack && !config.slackWebhookParameter)
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

/** `RegionName` of @aws-sdk/client-lightsail 3.1164. AWS added six regions in five years, so an unknown region is no error. */
const lightsailRegions: ReadonlySet<string> = new Set(
  (
    'us-east-1 us-east-2 us-west-1 us-west-2 ca-central-1 sa-east-1 eu-west-1 eu-west-2 eu-west-3 eu-central-1 eu-north-1 ' +
    'eu-south-2 ap-south-1 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-5 ap-northeast-1 ap-northeast-2 ap-east-1'
  ).split(' '),
);
