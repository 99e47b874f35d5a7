/** The requests of the live check that `FirewallEditor` does not make. These requests only read. */
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { GetInstancesCommand, GetRegionsCommand, LightsailClient } from '@aws-sdk/client-lightsail';
import { clientSettings } from '../../lambda/adapters/client-settings.ts';
import { lookupTimeouts } from '../../lambda/adapters/cloudtrail-reader.ts';
import type { PortState } from '../../lambda/firewall/index.ts';
import { asPortStates } from '../../lambda/firewall/rules/port-state.ts';
import type { Resource } from '../../lambda/history/entry.ts';
import type { CallerIdentity } from './caller-identity.ts';
import { withClient } from './with-client.ts';

type Credentials = Pick<CallerIdentity, 'credentials'>;

/** The rules of the instance in the answer of GetInstances; `null`: the instance is not listed, or its answer has no list of rules. */
export function readListedRules(
  { region, instanceName }: Resource,
  { credentials }: Credentials,
  signal: AbortSignal,
): Promise<PortState[] | null> {
  return withClient(new LightsailClient({ ...clientSettings(), region, credentials }), async (client) => {
    let pageToken: string | undefined;
    do {
      const answer = await client.send(new GetInstancesCommand({ pageToken }), { abortSignal: signal });
      const found = answer.instances?.find(({ name }) => name === instanceName);
      if (found !== undefined) return listRules(found.networking?.ports);
      pageToken = answer.nextPageToken;
    } while (pageToken !== undefined);
    return null;
  });
}

/** Removes the fields that only the listing has. */
function listRules(ports: readonly object[] | undefined): PortState[] | null {
  if (ports === undefined) return null;
  const fields = ['fromPort', 'toPort', 'protocol', 'cidrs', 'ipv6Cidrs', 'cidrListAliases'];
  return asPortStates(
    ports.map((port) => Object.fromEntries(Object.entries(port).filter(([name]) => fields.includes(name)))),
  );
}

/** Lists the instances of every region. Returns the names of the errors by region, without the regions that answered. */
export async function findRegionErrors(
  homeRegion: string,
  { credentials }: Credentials,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const settings = { ...clientSettings(), credentials };
  const { regions = [] } = await withClient(new LightsailClient({ ...settings, region: homeRegion }), (client) =>
    client.send(new GetRegionsCommand({}), { abortSignal: signal }),
  );
  const errors: Record<string, string> = {};
  for (const { name: region } of regions) {
    if (region === undefined) continue;
    await withClient(new LightsailClient({ ...settings, region }), async (client) => {
      try {
        await client.send(new GetInstancesCommand({}), { abortSignal: signal });
      } catch (error) {
        signal.throwIfAborted();
        errors[region] = error instanceof Error ? error.name : String(error);
      }
    });
  }
  return errors;
}

/** CloudTrail's records of one event name since an instant, parsed from JSON, newest first: at most 50. */
export function findRecords(
  eventName: string,
  since: Date,
  region: string,
  { credentials }: Credentials,
  signal: AbortSignal,
): Promise<unknown[]> {
  const settings = { ...clientSettings(lookupTimeouts), region, credentials };
  return withClient(new CloudTrailClient(settings), async (client) => {
    const command = new LookupEventsCommand({
      LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: eventName }],
      StartTime: since,
      MaxResults: 50,
    });
    const { Events = [] } = await client.send(command, { abortSignal: signal });
    return Events.map(({ CloudTrailEvent }) => JSON.parse(CloudTrailEvent ?? 'null'));
  });
}
