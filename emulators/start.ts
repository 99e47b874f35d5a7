/**
 * Starts the stand-ins that the functions of a monitor use, and returns the environment variables that make every AWS client use these
 * stand-ins.
 */
import { type CloudTrailEmulator, startCloudTrailEmulator } from './cloudtrail.ts';
import { type DynamoDbEmulator, startDynamoDbEmulator } from './dynamodb.ts';
import { type LightsailEmulator, type LightsailEmulatorOptions, startLightsailEmulator } from './lightsail.ts';
import { type OrganizationsEmulator, startOrganizationsEmulator } from './organizations.ts';
import { type SlackEmulator, startSlackEmulator } from './slack.ts';
import { type SnsEmulator, startSnsEmulator } from './sns.ts';
import { type SqsEmulator, startSqsEmulator } from './sqs.ts';
import { type SsmEmulator, startSsmEmulator } from './ssm.ts';
import { type StsEmulator, startStsEmulator } from './sts.ts';
import type { AccountOptions } from './wire/stand-in.ts';

export interface EmulatorsOptions extends Omit<AccountOptions, 'port'> {
  /** The value of `AWS_REGION` in `environment`. Default: `eu-west-1`. */
  region?: string;
  lightsail?: Omit<LightsailEmulatorOptions, keyof AccountOptions>;
}

export interface Emulators {
  lightsail: LightsailEmulator;
  sns: SnsEmulator;
  dynamodb: DynamoDbEmulator;
  ssm: SsmEmulator;
  sts: StsEmulator;
  cloudtrail: CloudTrailEmulator;
  sqs: SqsEmulator;
  organizations: OrganizationsEmulator;
  slack: SlackEmulator;
  /** For a child process or for `process.env`. The SDKs and the AWS CLI read these variables. The credentials are not real. */
  environment: Record<string, string>;
  close(): Promise<void>;
}

export async function startEmulators(options: EmulatorsOptions = {}): Promise<Emulators> {
  const common = {
    ...(options.account === undefined ? {} : { account: options.account }),
    ...(options.now === undefined ? {} : { now: options.now }),
  };
  const started = {
    lightsail: await startLightsailEmulator({ ...options.lightsail, ...common }),
    sns: await startSnsEmulator(common),
    dynamodb: await startDynamoDbEmulator(common),
    ssm: await startSsmEmulator(common),
    sts: await startStsEmulator(common),
    cloudtrail: await startCloudTrailEmulator(common),
    sqs: await startSqsEmulator(common),
    organizations: await startOrganizationsEmulator(common),
    slack: await startSlackEmulator(common),
  };
  const close = async () => {
    await Promise.all(Object.values(started).map((emulator) => emulator.close()));
  };
  return { ...started, environment: buildEnvironment(started, options.region ?? 'eu-west-1'), close };
}

function buildEnvironment(started: Omit<Emulators, 'environment' | 'close'>, region: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_LIGHTSAIL: started.lightsail.url,
    AWS_ENDPOINT_URL_SNS: started.sns.url,
    AWS_ENDPOINT_URL_DYNAMODB: started.dynamodb.url,
    AWS_ENDPOINT_URL_SSM: started.ssm.url,
    AWS_ENDPOINT_URL_STS: started.sts.url,
    AWS_ENDPOINT_URL_CLOUDTRAIL: started.cloudtrail.url,
    AWS_ENDPOINT_URL_SQS: started.sqs.url,
    AWS_ENDPOINT_URL_ORGANIZATIONS: started.organizations.url,
    AWS_ACCESS_KEY_ID: 'EMULATED',
    AWS_SECRET_ACCESS_KEY: 'emulated',
    AWS_REGION: region,
    // boto3 reads only this name.
    AWS_DEFAULT_REGION: region,
  };
}
