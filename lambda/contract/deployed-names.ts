/**
 * The names that the deployment (`lib/`), the functions (`lambda/`) and the command line share: environment variables, metrics and outputs
 * of the stack. The keys of the table are in `table-keys.ts`.
 */

/**
 * Environment variables of the functions. None of them is a secret: SSM holds the URL of the Slack webhook, and only the name of the SSM
 * parameter is here.
 */
export const environmentKeys = {
  account: 'PORTWATCH_ACCOUNT',
  table: 'PORTWATCH_TABLE',
  alertTopicArn: 'PORTWATCH_ALERT_TOPIC_ARN',
  /** JSON of `MonitorSettings` (`lambda/contract/settings-schema.ts`). */
  settings: 'PORTWATCH_SETTINGS',
  slackWebhookParameter: 'PORTWATCH_SLACK_WEBHOOK_PARAMETER',
  /** JSON of `Channel[]` (`lambda/contract/channels.ts`). */
  channels: 'PORTWATCH_CHANNELS',
  /** The value of the only dimension of the metrics. If the variable is not set, the value is `metricNames.service`. */
  metricService: 'PORTWATCH_METRIC_SERVICE',
  channelTopicArn: 'PORTWATCH_CHANNEL_TOPIC_ARN',
  /** The queue with one message for each account of a pass; only with `accounts`. */
  accountsQueueUrl: 'PORTWATCH_ACCOUNTS_QUEUE_URL',
} as const;

/** CloudWatch metrics, written as log lines in the embedded metric format (EMF), with one dimension: `service`. */
export const metricNames = {
  namespace: 'Portwatch',
  /**
   * The value of the dimension `service` for a monitor that is deployed from a clone of the repository. Any other monitor uses its own
   * name, so that no two monitors write the same metrics.
   */
  service: 'scan',
  /**
   * 1 for a complete scan, 0 for an incomplete scan. Not written when no scan ran. With `accounts`: 1 for a pass in which at least one
   * account was scanned completely, else 0.
   */
  completeScans: 'CompleteScans',
  /**
   * Age in seconds of the oldest entry that is recorded and not alerted yet, also if its alert waits in the outbox; 0 when every entry is
   * alerted.
   */
  oldestUntoldAlertAge: 'OldestUntoldAlertAge',
  /**
   * Number of open gaps (instances and regions that cannot be read), and of similar problems. `openGaps` in `lambda/scan/full-scan.ts`
   * defines the number.
   */
  openGaps: 'OpenGaps',
  /** Number of accounts without a complete scan in the newest pass. Written only with `accounts`. */
  accountsNotScanned: 'AccountsNotScanned',
} as const;

/**
 * Outputs of the stack, by which the command line finds a deployment. A stack that is deployed from a clone of the repository has exactly
 * these names. If Portwatch is a construct in another stack, each name begins with the path of the construct and ends with a hash:
 * `WebAlertTopicArn1A2B3C4D`.
 */
export const stackOutputs = {
  alertTopicArn: 'AlertTopicArn',
  healthTopicArn: 'HealthTopicArn',
  eventTopicArn: 'EventTopicArn',
  snapshotTableName: 'SnapshotTableName',
  scanFunctionName: 'ScanFunctionName',
  /** The stack has this output only with the setting `slack` or `amazonQTopic`. */
  amazonQTopicArn: 'AmazonQTopicArn',
  /** The event bus that receives the events of the watched accounts. The stack has this output only with `accounts` and `eventPath`. */
  eventBusArn: 'EventBusArn',
  /** JSON of `Channel[]`. The commands `status` and `test-alert` use the list to find the subscribers of the topic of each function. */
  channels: 'Channels',
  /** The version of the package and a hash of the deployed sources (`lib/source-version.ts`). */
  version: 'Version',
} as const;

/** The start of the names of a construct's outputs and resources: the path of the construct, with letters and digits only. */
export const outputPrefix = (path: string): string => path.replaceAll(/[^A-Za-z0-9]/g, '');

/** The name of the small stack in a region whose events are forwarded to the monitor (`eventRegions`). */
export const eventStackName = (region: string): string => `PortwatchEvents-${region}`;
