/**
 * What the deployment (`lib/`) and the running product (`lambda/`) must both say. Names only: no logic, no imports, so that either
 * side may depend on it without pulling in the other.
 */

/** Environment variables of the functions. None of them is a secret: the Slack webhook's URL stays in SSM, only its name is here. */
export const environmentKeys = {
  account: 'PORTWATCH_ACCOUNT',
  table: 'PORTWATCH_TABLE',
  alertTopicArn: 'PORTWATCH_ALERT_TOPIC_ARN',
  /** JSON: the part of the configuration that the scan needs (`ScanSettings` in `lambda/contract/settings.ts`). */
  settings: 'PORTWATCH_SETTINGS',
  slackWebhookParameter: 'PORTWATCH_SLACK_WEBHOOK_PARAMETER',
} as const;

/** CloudWatch metrics, written as EMF log lines; one dimension, the scan function's service name. */
export const metricNames = {
  namespace: 'Portwatch',
  service: 'scan',
  /** 1 for each scan that ended complete, 0 for one that did not. Absent when no scan ran. */
  completeScans: 'CompleteScans',
  /** Seconds since the oldest change that is recorded and not yet told was seen; 0 when all is told. */
  oldestUntoldAlertAge: 'OldestUntoldAlertAge',
  /** Instances and regions that could not be read for longer than `tellGapAfterScans` scans. */
  openGaps: 'OpenGaps',
} as const;

/**
 * The calls that can change what an instance lets through, as CloudTrail names them: what the rule of the event path lets by. A test
 * holds that they are those that the product understands.
 */
export const watchedCalls = [
  'OpenInstancePublicPorts',
  'CloseInstancePublicPorts',
  'PutInstancePublicPorts',
  'SetIpAddressType',
  'CreateInstances',
  'CreateInstancesFromSnapshot',
  'DeleteInstance',
] as const;

export const stackOutputs = {
  alertTopicArn: 'AlertTopicArn',
  healthTopicArn: 'HealthTopicArn',
  snapshotTableName: 'SnapshotTableName',
  scanFunctionName: 'ScanFunctionName',
} as const;
