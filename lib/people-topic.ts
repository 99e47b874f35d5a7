import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { accountRulesOf } from './account-rules.ts';

export interface PeopleTopicProps {
  /** The sender's name in mails, at most 100 characters. */
  readonly displayName: string;
}

/**
 * A topic to which people subscribe. Its policy refuses requests without TLS, and gives other accounts no access; inside the account,
 * IAM decides.
 *
 * Without `kmsKeyArn` the topic is not encrypted: alarms can publish only with a customer managed key (the policy of alias/aws/sns
 * can't be changed), and such a key costs 1 USD a month, more than the whole monitor.
 */
export class PeopleTopic extends Topic {
  readonly displayName: string;

  constructor(scope: Construct, id: string, props: PeopleTopicProps) {
    const { encryptionKey } = accountRulesOf(scope);
    super(scope, id, {
      displayName: props.displayName,
      enforceSSL: true,
      ...(encryptionKey ? { masterKey: encryptionKey } : {}),
    });
    this.displayName = props.displayName;
  }

  /**
   * Allows alarms of this account to publish. `enforceSSL` replaces the default policy of SNS, and an alarm action adds no grant:
   * without this statement, alarms would fail without an error.
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
