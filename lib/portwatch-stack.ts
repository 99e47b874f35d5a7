import { Annotations, CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { stackOutputs } from '../lambda/contract/deployed-names.ts';
import { applyAccountSettings } from './apply-account-settings.ts';
import { warningIds } from './config-warnings.ts';
import { connectMailAndSlack } from './connect-mail-and-slack.ts';
import { DriftMonitor } from './drift-monitor.ts';
import type { Config } from './parse-config.ts';
import { tagReplicas } from './snapshot-table.ts';

export interface PortwatchStackProps extends StackProps {
  readonly config: Config;
}

/** The stack of a deployment from a clone. Contains the monitor, the Slack resources and the outputs. */
export class PortwatchStack extends Stack {
  constructor(scope: Construct, id: string, props: PortwatchStackProps) {
    const { config } = props;
    super(scope, id, {
      description: 'Portwatch: the firewall drift monitor for Amazon Lightsail',
      terminationProtection: config.terminationProtection,
      ...props,
    });
    applyAccountSettings(this, config, {});
    // The Slack resources are children of the stack, as in earlier versions. As children of the monitor they would have other ids: an
    // upgrade would replace the topic of Amazon Q, and lose its subscribers.
    const { email, slack, amazonQTopic, slackWebhookParameter, tags, ...settings } = config;
    const monitor = new DriftMonitor(this, 'Monitor', settings);
    // The app prints these warnings itself, so the CDK must not print them again.
    for (const id of Object.values(warningIds)) Annotations.of(monitor).acknowledgeWarning(id);
    const topicOfAmazonQ = connectMailAndSlack(this, monitor, { email, slack, amazonQTopic, slackWebhookParameter });
    if (topicOfAmazonQ) new CfnOutput(this, stackOutputs.amazonQTopicArn, { value: topicOfAmazonQ.topicArn });
    tagReplicas(monitor.table, tags);
    monitor.createLastIn(this);
    // Other programs find the outputs by these names.
    for (const [name, output] of monitor.outputs) output.overrideLogicalId(name);
  }
}
