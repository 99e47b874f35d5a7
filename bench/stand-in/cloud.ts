import { type DynamoDbEmulator, startDynamoDbEmulator } from '../../emulators/dynamodb.ts';
import {
  type LightsailEmulator,
  type LightsailEmulatorOptions,
  startLightsailEmulator,
} from '../../emulators/lightsail.ts';
import { type SnsEmulator, startSnsEmulator } from '../../emulators/sns.ts';
import { startStsEmulator } from '../../emulators/sts.ts';

export type CloudOptions = Pick<
  LightsailEmulatorOptions,
  'instances' | 'latencyMs' | 'notEnabledRegions' | 'pageSize' | 'regions'
> & { members?: Members };

/** Member accounts, each with the same instances. Their roles trust only the role of the monitor, with the external id. */
interface Members {
  accounts: readonly string[];
  instances: readonly { region: string; name: string; portStates?: unknown }[];
  roleName: string;
  externalId: string;
}

export interface CloudUrls {
  lightsail: string;
  dynamodb: string;
  sns: string;
  sts: string;
}

interface Cloud {
  lightsail: LightsailEmulator;
  dynamodb: DynamoDbEmulator;
  sns: SnsEmulator;
  urls: CloudUrls;
  close(): Promise<void>;
}

const monitorRoleArn = 'arn:aws:iam::123456789012:role/PortwatchMonitor';

/** Only the stand-in of Lightsail waits for `latencyMs` before each answer. The stand-ins of DynamoDB and SNS answer at once. */
export async function startCloud({ members, ...options }: CloudOptions): Promise<Cloud> {
  const lightsail = await startLightsailEmulator(options);
  const sts = await startStsEmulator();
  if (members !== undefined) {
    const { accounts, instances, roleName, externalId } = members;
    const trusted = [monitorRoleArn];
    sts.setCaller(monitorRoleArn);
    sts.setRoles(accounts.map((account) => ({ account, roleName, externalId, trusted })));
    for (const account of accounts) for (const instance of instances) lightsail.addInstance({ account, ...instance });
  }
  const dynamodb = await startDynamoDbEmulator();
  const sns = await startSnsEmulator();
  const urls = { lightsail: lightsail.url, dynamodb: dynamodb.url, sns: sns.url, sts: sts.url };
  const close = async () => {
    await Promise.all([lightsail.close(), dynamodb.close(), sns.close(), sts.close()]);
  };
  return { lightsail, dynamodb, sns, urls, close };
}
