import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { environmentKeys } from '../lambda/contract/deployed-names.ts';
import { ChannelFunction } from './channel-function.ts';

export interface SlackWebhookProps {
  /** Name of the SSM SecureString that holds the URL of the incoming webhook. */
  readonly parameterName: string;
  readonly topics: ITopic[];
  /** Receives messages that could not be delivered. */
  readonly deadLetterQueue: IQueue;
}

/** Posts alerts and alarms to a Slack channel, through an incoming webhook. For workspaces without Amazon Q Developer. */
export class SlackWebhook extends ChannelFunction {
  constructor(scope: Construct, id: string, { parameterName, ...props }: SlackWebhookProps) {
    super(scope, id, {
      ...props,
      handlerFile: 'slack-webhook.ts',
      description: 'Portwatch: posts alerts and alarms to Slack',
    });
    this.grantReadWebhook(parameterName);
  }

  /** `kms:Decrypt` is not needed: the key that AWS manages (alias/aws/ssm) allows decryption to every role that can read the parameter. */
  private grantReadWebhook(parameterName: string): void {
    const arn = Stack.of(this).formatArn({
      service: 'ssm',
      resource: 'parameter',
      resourceName: parameterName.replace(/^\//, ''),
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
    this.allow(['ssm:GetParameter'], [arn]);
    this.lambda.addEnvironment(environmentKeys.slackWebhookParameter, parameterName);
  }
}
