import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { stackOutputs } from '../lambda/contract/names.ts';
import type { Config } from './config.ts';
import { DriftMonitor, type DriftMonitorProps } from './drift-monitor.ts';
import { SlackChannel } from './slack-channel.ts';
import { SlackWebhook } from './slack-webhook.ts';
import { adoptSnapshotTable } from './snapshot-table.ts';

export interface PortwatchStackProps extends StackProps {
  readonly config: Config;
}

/** The monitor, and the people who hear of it, as configured. */
export class PortwatchStack extends Stack {
  constructor(scope: Construct, id: string, props: PortwatchStackProps) {
    super(scope, id, { description: 'Portwatch: the firewall drift monitor for Amazon Lightsail', ...props });
    const { config } = props;
    const table = config.existingTable ? adoptSnapshotTable(this, 'ExistingTable', config.existingTable) : undefined;
    const monitor = new DriftMonitor(this, 'Monitor', { ...toMonitorProps(config), table });
    this.subscribePeople(monitor, config);
    this.addOutputs(monitor);
  }

  private subscribePeople(monitor: DriftMonitor, config: Config): void {
    const topics = [monitor.alertTopic, monitor.healthTopic];
    for (const email of config.email) for (const topic of topics) topic.addSubscription(new EmailSubscription(email));
    if (config.slack) new SlackChannel(this, 'SlackChannel', { ...config.slack, topics });
    if (config.slackWebhookParameter === undefined) return;
    const webhook = new SlackWebhook(this, 'SlackWebhook', {
      parameterName: config.slackWebhookParameter,
      topics,
      deadLetterQueue: monitor.deadLetterQueue,
    });
    monitor.health.addFunctionErrors('SlackErrors', 'Slack delivery fails', webhook.lambda, 'slack-delivery-failed');
  }

  private addOutputs(monitor: DriftMonitor): void {
    const values = {
      alertTopicArn: monitor.alertTopic.topicArn,
      healthTopicArn: monitor.healthTopic.topicArn,
      snapshotTableName: monitor.table.tableName,
      scanFunctionName: monitor.scanFunction.functionName,
    };
    new CfnOutput(this, stackOutputs.alertTopicArn, { value: values.alertTopicArn });
    new CfnOutput(this, stackOutputs.healthTopicArn, { value: values.healthTopicArn });
    new CfnOutput(this, stackOutputs.snapshotTableName, { value: values.snapshotTableName });
    new CfnOutput(this, stackOutputs.scanFunctionName, { value: values.scanFunctionName });
  }
}

function toMonitorProps(config: Config): DriftMonitorProps {
  return {
    accountName: config.name,
    scanInterval: Duration.minutes(config.scanEveryMinutes),
    regions: config.regions,
    alertFrom: config.alertFrom,
    expectedChanges: config.expected,
    weeklyDigest: config.weeklyDigest,
    tellGapAfterScans: config.tellGapAfterScans,
    keepHistory: config.keepHistoryDays === undefined ? undefined : Duration.days(config.keepHistoryDays),
    highRiskPorts: config.highRiskPorts,
    attribution: config.attribution,
    attributedAlerts: config.attributedAlerts,
    eventPath: config.eventPath,
    eventRegions: config.eventRegions,
  };
}
