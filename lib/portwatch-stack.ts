import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { stackOutputs } from '../lambda/contract/names.ts';
import { applyAccountRules } from './account-rules.ts';
import { DriftMonitor } from './drift-monitor.ts';
import type { Config } from './parse-config.ts';
import { SlackChannel } from './slack-channel.ts';
import { SlackWebhook } from './slack-webhook.ts';
import { adoptSnapshotTable } from './snapshot-table.ts';

export interface PortwatchStackProps extends StackProps {
  readonly config: Config;
}

/** The monitor, with the subscriptions and the Slack channel of the configuration. */
export class PortwatchStack extends Stack {
  constructor(scope: Construct, id: string, props: PortwatchStackProps) {
    const { config } = props;
    super(scope, id, {
      description: 'Portwatch: the firewall drift monitor for Amazon Lightsail',
      terminationProtection: config.terminationProtection,
      ...props,
    });
    applyAccountRules(this, config, {});
    const { existingTable, existingTableKmsKeyArn } = config;
    const table = existingTable
      ? adoptSnapshotTable(this, 'ExistingTable', existingTable, existingTableKmsKeyArn)
      : undefined;
    const monitor = new DriftMonitor(this, 'Monitor', { ...config, table });
    this.subscribePeople(monitor, config);
    monitor.createLastIn(this);
    this.addOutputs(monitor);
  }

  private subscribePeople(monitor: DriftMonitor, config: Config): void {
    const topics = [monitor.alertTopic, monitor.healthTopic];
    for (const email of config.email) for (const topic of topics) topic.addSubscription(new EmailSubscription(email));
    if (config.slack) new SlackChannel(this, 'SlackChannel', { ...config.slack, topics });
    if (config.slackWebhookParameter === null) return;
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
    for (const [name, value] of Object.entries(values))
      new CfnOutput(this, stackOutputs[name as keyof typeof values], { value });
  }
}
