/** Creates in the stand-ins what `cdk deploy` creates: the table, the topic with a subscriber, and the scan. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SNSClient } from '@aws-sdk/client-sns';
import { createSnapshotTable } from '../../cli/demo/create-snapshot-table.ts';
import { buildScan, type Deployment, type Scan } from '../../lambda/build-scan.ts';
import { defaultSettings, type ScanSettings } from '../../lambda/contract/settings-schema.ts';
import { createAlertTopic } from '../../test/support/create-alert-topic.ts';
import type { CloudUrls } from './cloud.ts';

export const account = '123456789012';
export const tableName = 'Snapshots';
export const homeRegion = 'eu-west-1';

/** Turns off the attribution and the weekly digest, which are measured separately. `regions: null`: every region of Lightsail. */
export function settingsOf(regions: readonly string[] | null): ScanSettings {
  return { ...defaultSettings(), account, name: account, regions, attribution: false, weeklyDigest: false };
}

/** The environment variables that make the clients of a process use the stand-ins. */
export function environmentOf(urls: CloudUrls): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_LIGHTSAIL: urls.lightsail,
    AWS_ENDPOINT_URL_DYNAMODB: urls.dynamodb,
    AWS_ENDPOINT_URL_SNS: urls.sns,
    AWS_ENDPOINT_URL_STS: urls.sts,
    AWS_ACCESS_KEY_ID: 'EMULATED',
    AWS_SECRET_ACCESS_KEY: 'emulated',
    AWS_REGION: homeRegion,
  };
}

/**
 * Creates the table and the topic, and sets the environment variables of this process for `urls`. Clients read the variables when they are
 * created, so a later call can use other stand-ins. Returns the ARN of the topic.
 */
export async function deployResources(urls: CloudUrls): Promise<string> {
  Object.assign(process.env, environmentOf(urls));
  const dynamodb = new DynamoDBClient({});
  await createSnapshotTable(dynamodb, tableName);
  dynamodb.destroy();
  const sns = new SNSClient({});
  const alertTopicArn = await createAlertTopic(sns, `arn:aws:sqs:${homeRegion}:${account}:alerts`, 'Alerts');
  sns.destroy();
  return alertTopicArn;
}

/** Builds a scan that runs in this process, and creates its table and topic. */
export async function deployScan(urls: CloudUrls, regions: readonly string[] | null): Promise<Scan> {
  return buildScan(await deploy(urls, settingsOf(regions)));
}

export async function deploy(urls: CloudUrls, settings: ScanSettings): Promise<Deployment> {
  const alertTopicArn = await deployResources(urls);
  return { settings, tableName, alertTopicArn, channels: [], homeRegion };
}

/** Scans with a limit of ten minutes. Throws if an instance was not read, because the measurement is then not valid. */
export async function scanWhole(scan: Scan) {
  const report = await scan.run(Date.now() + 600_000, () => {});
  if (!report.complete || report.instancesRead !== report.instancesListed)
    throw new Error(`A scan on the stand-ins was not complete: ${JSON.stringify(report)}`);
  return report;
}
