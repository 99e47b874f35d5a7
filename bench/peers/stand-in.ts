/**
 * Runs the stand-ins of one fleet in a separate thread. Sets the latency and the rate limit of the stand-in of Lightsail, and reads the log
 * of its requests.
 */
import * as z from 'zod';
import { environmentKeys } from '../../lambda/contract/deployed-names.ts';
import { account, deployResources, environmentOf, homeRegion, settingsOf, tableName } from '../stand-in/deploy.ts';
import { buildFleet } from '../stand-in/fleet.ts';
import { startCloudThread } from '../stand-in/start-cloud-thread.ts';
import { fillTable, parseInstances } from './fill-table.ts';
import { type FleetSize, type Lightsail, type LightsailCall, pageSize } from './lightsail-facts.ts';

/** The latency and the rate limit that a new stand-in of Lightsail has. */
export const unlimited: Lightsail = { latencyMs: 0, requestsPerSecond: null };

const callsSchema: z.ZodType<LightsailCall[]> = z.array(
  z.object({ operation: z.string(), at: z.iso.datetime(), outcome: z.union([z.number(), z.string(), z.null()]) }),
);

export interface StandIns extends FleetSize {
  regions: readonly string[];
  /**
   * Returns the environment variables of the deployed scan function. `table`: the endpoint of DynamoDB; the default is the endpoint of the
   * stand-in.
   */
  environment(table?: string): Record<string, string>;
  dynamodbUrl: string;
  setLightsail(lightsail: Lightsail): Promise<void>;
  /** The requests since the last call of this function, oldest first. */
  takeCalls(): Promise<LightsailCall[]>;
  close(): Promise<void>;
}

/** Starts the stand-in of Lightsail without latency and rate limit, and a table that has the latest states of the whole fleet. */
export async function startStandIns(instances: number, regions: readonly string[]): Promise<StandIns> {
  const fleet = buildFleet(instances, regions);
  const cloud = await startCloudThread({ instances: fleet, regions: [...regions], pageSize });
  const alertTopicArn = await deployResources(cloud.urls);
  const control = async (route: string, input?: object): Promise<unknown> => {
    const url = `${cloud.urls.lightsail}/_emulator/${route}`;
    const answer = await fetch(url, input ? { method: 'POST', body: JSON.stringify(input) } : {});
    if (!answer.ok) throw new Error(`The stand-in refused ${route}: ${await answer.text()}`);
    return answer.json();
  };
  await fillTable(regions, parseInstances(await control('instances')));
  return {
    instances,
    regions,
    instancesByRegion: regions.map((region) => fleet.filter((instance) => instance.region === region).length),
    dynamodbUrl: cloud.urls.dynamodb,
    environment: (table = cloud.urls.dynamodb) => ({
      ...environmentOf({ ...cloud.urls, dynamodb: table }),
      AWS_DEFAULT_REGION: homeRegion,
      [environmentKeys.account]: account,
      [environmentKeys.table]: tableName,
      [environmentKeys.alertTopicArn]: alertTopicArn,
      [environmentKeys.settings]: JSON.stringify(settingsOf(regions)),
    }),
    setLightsail: async ({ latencyMs, requestsPerSecond }) => {
      await control('set-latency', { ms: latencyMs });
      await control('set-rate-limit', { perSecond: requestsPerSecond });
    },
    takeCalls: async () => {
      const calls = callsSchema.parse(await control('calls'));
      await control('clear-calls', {});
      return calls;
    },
    close: cloud.close,
  };
}
