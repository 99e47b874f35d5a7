/**
 * The statements that the policy of a customer managed key needs. The policy of an imported key can't be changed from here. Sources:
 * the pages "Key management" of SNS and SQS, "Encrypt log data in CloudWatch Logs using KMS", "DynamoDB encryption at rest".
 */

export interface KeyUse {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  /** Log groups are named after the stack. */
  readonly stackName: string;
}

export interface KeyPolicyStatement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Principal: { readonly AWS: string } | { readonly Service: string };
  readonly Action: readonly string[];
  readonly Resource: '*';
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** In this order: what IAM may allow, then one statement for each AWS service that uses the key by itself. */
export function keyPolicyStatements({ partition, account, region, stackName }: KeyUse): KeyPolicyStatement[] {
  const ofAccount = { AWS: `arn:${partition}:iam::${account}:root` };
  const encrypt = ['kms:Decrypt', 'kms:GenerateDataKey*'];
  const [effect, resource] = ['Allow', '*'] as const;
  const statement = (
    Sid: string,
    Principal: KeyPolicyStatement['Principal'],
    Action: readonly string[],
    Condition?: KeyPolicyStatement['Condition'],
  ) => ({ Sid, Effect: effect, Principal, Action, Resource: resource, ...(Condition ? { Condition } : {}) });
  return [
    // The roles of the functions and of the schedule, as far as their own policies allow it.
    statement('PortwatchRoles', ofAccount, [...encrypt, 'kms:Encrypt', 'kms:ReEncrypt*', 'kms:DescribeKey']),
    // The role that deploys: DynamoDB and Lambda use the key by grants.
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
    statement('PortwatchAlarms', { Service: 'cloudwatch.amazonaws.com' }, encrypt, {
      StringEquals: { 'aws:SourceAccount': account },
    }),
    // Without a condition: AWS supports neither aws:SourceAccount nor aws:SourceArn here (Amazon SNS, "Key management").
    statement('PortwatchEvents', { Service: 'events.amazonaws.com' }, encrypt),
    // Messages that could not be delivered to a function.
    statement('PortwatchDeadLetters', { Service: 'sns.amazonaws.com' }, encrypt, {
      ArnLike: { 'aws:SourceArn': `arn:${partition}:sns:${region}:${account}:${stackName}-*` },
    }),
  ];
}

/** For the person who deploys: what to add to the policy of the key. Partition, account and region are those of the key's ARN. */
export function renderKeyPolicyNote(keyArn: string, stackName: string): string {
  const [, partition = '', , region = '', account = ''] = keyArn.split(':');
  const statements = keyPolicyStatements({ partition, account, region, stackName });
  return [
    `kmsKeyArn: Portwatch can't change the policy of ${keyArn}. Before you deploy, the policy has to contain these statements ` +
      '(docs/configuration.md#a-key-of-your-own explains them):',
    JSON.stringify(statements, null, 2),
  ].join('\n');
}
