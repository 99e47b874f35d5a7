import { CfnOutput, Stack, type StackProps, Tags } from 'aws-cdk-lib';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { stackOutputs } from '../lambda/contract/names.ts';
import { applyAccountRules } from './account-rules.ts';
import { ChannelTopic } from './channel-topic.ts';
import { DriftMonitor } from './drift-monitor.ts';
import type { Config } from './parse-config.ts';
import { adoptTopic } from './people-topic.ts';
import { SlackChannel } from './slack-channel.ts';
import { SlackWebhook } from './slack-webhook.ts';
import { adoptSnapshotTable } from './snapshot-table.ts';
import { readSourceVersion } from './source-version.ts';

/** Read once: tests build hundreds of stacks. */
const sourceVersion = readSourceVersion();

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
    const { existingAlertTopic, existingAlertTopicKmsKeyArn, existingHealthTopic, existingHealthTopicKmsKeyArn } =
      config;
    const alertTopic = existingAlertTopic
      ? adoptTopic(this, 'ExistingAlertTopic', existingAlertTopic, existingAlertTopicKmsKeyArn)
      : undefined;
    const healthTopic = existingHealthTopic
      ? adoptTopic(this, 'ExistingHealthTopic', existingHealthTopic, existingHealthTopicKmsKeyArn)
      : undefined;
    const monitor = new DriftMonitor(this, 'Monitor', { ...config, table, alertTopic, healthTopic });
    this.subscribePeople(monitor, config);
    // CloudFormation does not pass the tags of a stack on to the replicas of a table.
    for (const [key, value] of Object.entries(config.tags)) Tags.of(monitor.table).add(key, value);
    monitor.createLastIn(this);
    this.addOutputs(monitor);
  }

  private subscribePeople(monitor: DriftMonitor, config: Config): void {
    const topics = [monitor.alertTopic, monitor.healthTopic];
    for (const email of config.email) for (const topic of topics) topic.addSubscription(new EmailSubscription(email));
    if (config.slack || config.amazonQTopic) this.addAmazonQ(monitor, config.slack);
    if (config.slackWebhookParameter === null) return;
    const webhook = new SlackWebhook(this, 'SlackWebhook', {
      parameterName: config.slackWebhookParameter,
      topics,
      deadLetterQueue: monitor.deadLetterQueue,
    });
    monitor.health.addFunctionErrors('SlackErrors', 'Slack delivery fails', webhook.lambda, 'slack-delivery-failed');
    monitor.addChannel({ name: 'slack-webhook', function: webhook.lambda, topic: null, subscriber: null });
  }

  /** Amazon Q shows alarms of CloudWatch as they are; alerts need its own format, so they have a topic of their own. */
  private addAmazonQ(monitor: DriftMonitor, slack: Config['slack']): void {
    const { alertTopic, healthTopic, deadLetterQueue, health } = monitor;
    const amazonQ = new ChannelTopic(this, 'AmazonQ', {
      displayName: 'Portwatch for Amazon Q',
      handlerFile: 'amazon-q.ts',
      description: 'Portwatch: publishes alerts as notifications of Amazon Q Developer',
      alertTopic,
      deadLetterQueue,
    });
    const topics = [amazonQ.topic, healthTopic];
    const channel = slack && new SlackChannel(this, 'SlackChannel', { ...slack, topics });
    // An upgrade must not move the channel to a topic that gets no alerts yet.
    channel?.node.addDependency(amazonQ.function);
    const { lambda } = amazonQ.function;
    monitor.addChannel({ name: 'amazon-q', function: lambda, topic: amazonQ.topic, subscriber: channel });
    health.addFunctionErrors('AmazonQErrors', 'Amazon Q delivery fails', lambda, 'amazon-q-delivery-failed');
    new CfnOutput(this, stackOutputs.amazonQTopicArn, { value: amazonQ.topic.topicArn });
  }

  private addOutputs(monitor: DriftMonitor): void {
    const values = {
      alertTopicArn: monitor.alertTopic.topicArn,
      healthTopicArn: monitor.healthTopic.topicArn,
      eventTopicArn: monitor.eventTopic.topicArn,
      snapshotTableName: monitor.table.tableName,
      scanFunctionName: monitor.scanFunction.functionName,
      channels: monitor.channelList(),
      version: sourceVersion,
    };
    for (const [name, value] of Object.entries(values))
      new CfnOutput(this, stackOutputs[name as keyof typeof values], { value });
  }
}
