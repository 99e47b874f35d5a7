import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

export interface PeopleTopicProps {
  /** The sender's name in mails, at most 100 characters. */
  readonly displayName: string;
}

/**
 * A topic that people listen to. Its policy refuses what is not TLS and lets in nobody from outside the account: within the account,
 * IAM decides.
 *
 * Not encrypted by a key: one that alarms can publish through has to be customer managed (the policy of alias/aws/sns can't be
 * changed) and costs 1 USD a month, more than the whole monitor.
 */
export class PeopleTopic extends Topic {
  constructor(scope: Construct, id: string, props: PeopleTopicProps) {
    super(scope, id, { displayName: props.displayName, enforceSSL: true });
  }

  /**
   * Alarms of this account may publish here. `enforceSSL` replaces the default policy of SNS, and the alarm's action adds no grant:
   * without this statement alarms would fail in silence.
   */
  grantPublishToAlarms(): void {
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisAccount',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
  }
}
