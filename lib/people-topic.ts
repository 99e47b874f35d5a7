import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { accountSettingsOf, otherKeyOf } from './apply-account-settings.ts';
import { alarmsKeyStatement } from './key-policy.ts';

export interface PeopleTopicProps {
  /** The sender's name in mails, at most 100 characters. */
  readonly displayName: string;
}

/**
 * A topic to which people subscribe. Its policy refuses requests without TLS, and gives other accounts no access; inside the account, IAM
 * decides.
 *
 * Without a customer managed key, the topic is not encrypted. The key of AWS (alias/aws/sns) would stop the alarms: its policy does not
 * allow CloudWatch, and can't be changed. A customer managed key costs 1 USD a month, more than the whole monitor.
 */
export class PeopleTopic extends Topic {
  constructor(scope: Construct, id: string, props: PeopleTopicProps) {
    const { encryptionKey } = accountSettingsOf(scope);
    super(scope, id, {
      displayName: props.displayName,
      enforceSSL: true,
      ...(encryptionKey ? { masterKey: encryptionKey } : {}),
    });
  }
}

/** Refers to an existing topic, which the stack does not create. `keyArn`: the customer managed key of the topic; `null`: no key. */
export function adoptTopic(scope: Construct, id: string, topicArn: string, keyArn: string | null): ITopic {
  return Topic.fromTopicAttributes(scope, id, { topicArn, ...(keyArn === null ? {} : { keyArn }) });
}

/**
 * Lets alarms of this account publish to a topic. `enforceSSL` replaces the default policy of SNS, and an alarm action adds no grant:
 * without this statement, alarms would fail without an error.
 */
export function alarmsStatement(topicArn: string, account: string) {
  return {
    Sid: 'AlarmsOfThisAccount',
    Effect: 'Allow',
    Principal: { Service: 'cloudwatch.amazonaws.com' },
    Action: 'sns:Publish',
    Resource: topicArn,
    Condition: { StringEquals: { 'aws:SourceAccount': account } },
  };
}

/**
 * Lets alarms publish to `topic`, with statements in the policies of the topic and of its key. The policies of an imported topic and of its
 * key do not change: in a deployment from a clone, `policy-notes.ts` renders notes for a person.
 */
export function grantPublishToAlarms(scope: Construct, topic: ITopic): void {
  const { account } = Stack.of(scope);
  topic.addToResourcePolicy(PolicyStatement.fromJson(alarmsStatement(topic.topicArn, account)));
  otherKeyOf(scope, topic)?.addToResourcePolicy(PolicyStatement.fromJson(alarmsKeyStatement(account)));
}
