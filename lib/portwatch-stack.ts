import { Annotations, CfnOutput, Stack, type StackProps, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { stackOutputs } from '../lambda/contract/deployed-names.ts';
import { applyAccountRules } from './account-rules.ts';
import { warningIds } from './config-warnings.ts';
import { connectMailAndSlack } from './connect-mail-and-slack.ts';
import { DriftMonitor } from './drift-monitor.ts';
import type { Config } from './parse-config.ts';

export interface PortwatchStackProps extends StackProps {
  readonly config: Config;
}

/** The stack of a deployment from a clone: the monitor of a configuration, with outputs. */
export class PortwatchStack extends Stack {
  constructor(scope: Construct, id: string, props: PortwatchStackProps) {
    const { config } = props;
    super(scope, id, {
      description: 'Portwatch: the firewall drift monitor for Amazon Lightsail',
      terminationProtection: config.terminationProtection,
      ...props,
    });
    applyAccountRules(this, config, {});
    // The Slack resources are next to the monitor, as in earlier versions: other ids would replace the topic, and its subscribers would be
    // lost.
    const { email, slack, amazonQTopic, slackWebhookParameter, tags, ...settings } = config;
    const monitor = new DriftMonitor(this, 'Monitor', settings);
    // The app prints its own list of warnings, which includes those about the whole configuration.
    for (const id of Object.values(warningIds)) Annotations.of(monitor).acknowledgeWarning(id);
    const topicOfAmazonQ = connectMailAndSlack(this, monitor, { email, slack, amazonQTopic, slackWebhookParameter });
    if (topicOfAmazonQ) new CfnOutput(this, stackOutputs.amazonQTopicArn, { value: topicOfAmazonQ.topicArn });
    // CloudFormation passes the tags of a stack on to its resources, but not to the replicas of a table.
    for (const [key, value] of Object.entries(tags)) Tags.of(monitor.table).add(key, value);
    monitor.createLastIn(this);
    // The names that other programs use.
    for (const [name, output] of monitor.outputs) output.overrideLogicalId(name);
  }
}
