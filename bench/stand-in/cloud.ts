/** The three stand-ins of the benchmarks, with a fleet in them. */
import { type DynamoDbEmulator, startDynamoDbEmulator } from '../../emulators/dynamodb.ts';
import {
  type LightsailEmulator,
  type LightsailEmulatorOptions,
  startLightsailEmulator,
} from '../../emulators/lightsail.ts';
import { type SnsEmulator, startSnsEmulator } from '../../emulators/sns.ts';

export type CloudOptions = Pick<
  LightsailEmulatorOptions,
  'instances' | 'latencyMs' | 'notEnabledRegions' | 'pageSize' | 'regions'
>;

export interface CloudUrls {
  lightsail: string;
  dynamodb: string;
  sns: string;
}

export interface Cloud {
  lightsail: LightsailEmulator;
  dynamodb: DynamoDbEmulator;
  sns: SnsEmulator;
  urls: CloudUrls;
  close(): Promise<void>;
}

/** Only Lightsail has a latency: the time of DynamoDB and SNS is measured, not set. */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const lightsail = await startLightsailEmulator(options);
  const dynamodb = await startDynamoDbEmulator();
  const sns = await startSnsEmulator();
  const urls = { lightsail: lightsail.url, dynamodb: dynamodb.url, sns: sns.url };
  const close = async () => {
    await Promise.all([lightsail.close(), dynamodb.close(), sns.close()]);
  };
  return { lightsail, dynamodb, sns, urls, close };
}
