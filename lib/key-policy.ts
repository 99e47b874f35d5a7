/**
 * The statements that the policy of a customer managed key needs. To the policy of an imported key, only a person can add them. Sources:
 * the pages "Key management" of SNS and SQS, "Encrypt log data in CloudWatch Logs using KMS", "DynamoDB encryption at rest".
 */
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';

export interface KeyUse {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  /** Log groups and new topics have names that begin with the name of the stack. */
  readonly stackName: string;
  /** Existing topics, which can have any name; patterns are allowed. */
  readonly existingTopicArns: readonly string[];
}

export interface KeyPolicyStatement {
  readonly Sid: (typeof sids)[number];
  readonly Effect: 'Allow';
  readonly Principal: { readonly AWS: string } | { readonly Service: string };
  readonly Action: readonly string[];
  readonly Resource: '*';
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

const sids = [
  'PortwatchRoles',
  'PortwatchDeployment',
  'PortwatchLogs',
  'PortwatchAlarms',
  'PortwatchEvents',
  'PortwatchDeadLetters',
] as const;

const encrypt = ['kms:Decrypt', 'kms:GenerateDataKey*'];

/** Lets alarms publish to a topic that is encrypted with the key. */
export function alarmsKeyStatement(account: string): KeyPolicyStatement {
  return {
    Sid: 'PortwatchAlarms',
    Effect: 'Allow',
    Principal: { Service: 'cloudwatch.amazonaws.com' },
    Action: encrypt,
    Resource: '*',
    Condition: { StringEquals: { 'aws:SourceAccount': account } },
  };
}

/**
 * Returns first the statements for the account, with which IAM policies can allow the use of the key. Then follows one statement for each
 * AWS service that uses the key by itself.
 */
export function keyPolicyStatements({
  partition,
  account,
  region,
  stackName,
  existingTopicArns,
}: KeyUse): KeyPolicyStatement[] {
  const ofAccount = { AWS: `arn:${partition}:iam::${account}:root` };
  const newTopics = `arn:${partition}:sns:${region}:${account}:${stackName}-*`;
  const [effect, resource] = ['Allow', '*'] as const;
  const statement = (
    Sid: KeyPolicyStatement['Sid'],
    Principal: KeyPolicyStatement['Principal'],
    Action: readonly string[],
    Condition?: KeyPolicyStatement['Condition'],
  ) => ({ Sid, Effect: effect, Principal, Action, Resource: resource, ...(Condition ? { Condition } : {}) });
  return [
    // For the roles of the functions and of the schedule. Their own policies limit this permission.
    statement('PortwatchRoles', ofAccount, [...encrypt, 'kms:Encrypt', 'kms:ReEncrypt*', 'kms:DescribeKey']),
    // For the role that deploys: DynamoDB and Lambda use the key by grants.
    statement('PortwatchDeployment', ofAccount, ['kms:CreateGrant', 'kms:RevokeGrant'], {
      Bool: { 'kms:GrantIsForAWSResource': 'true' },
    }),
    statement(
      'PortwatchLogs',
      { Service: `logs.${region}.amazonaws.com` },
      ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
      {
        ArnLike: {
          'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:${stackName}-*`,
        },
      },
    ),
    alarmsKeyStatement(account),
    // Without a condition: AWS supports neither aws:SourceAccount nor aws:SourceArn here (Amazon SNS, "Key management").
    statement('PortwatchEvents', { Service: 'events.amazonaws.com' }, encrypt),
    // For SNS, which sends the messages that a function did not accept to the dead-letter queue.
    statement('PortwatchDeadLetters', { Service: 'sns.amazonaws.com' }, encrypt, {
      ArnLike: { 'aws:SourceArn': existingTopicArns.length > 0 ? [newTopics, ...existingTopicArns] : newTopics },
    }),
  ];
}

/** The JSON of the statements that were added to each key, by Sid. */
const addedStatements = new WeakMap<IKey, Map<string, string>>();

/**
 * Adds a statement to the policy of `key`, unless the policy has an equal statement. Several monitors can have the same key, and each Sid
 * must be unique in a policy. So a number is added to the Sid if a different statement has the same Sid.
 */
export function addKeyStatement(key: IKey, { Sid, ...statement }: KeyPolicyStatement): void {
  const added = addedStatements.get(key) ?? new Map<string, string>();
  addedStatements.set(key, added);
  const json = JSON.stringify(statement);
  const sids = [...added.keys()].filter((sid) => sid.replace(/\d+$/, '') === Sid);
  if (sids.some((sid) => added.get(sid) === json)) return;
  const sid = sids.length === 0 ? Sid : `${Sid}${sids.length + 1}`;
  added.set(sid, json);
  key.addToResourcePolicy(PolicyStatement.fromJson({ ...statement, Sid: sid }));
}
