/**
 * Applies the settings that the security team of an account demands: encryption, VPC, permissions boundary, names and logs. A construct
 * finds these settings by its scope.
 */
import { Stack, Token } from 'aws-cdk-lib';
import { type IManagedPolicy, ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct, IConstruct } from 'constructs';
import type { AccountSettings } from '../lambda/contract/settings-schema.ts';
import { configuredNetwork, type FunctionNetwork, selectNetwork } from './function-network.ts';
import { addKeyStatement, keyPolicyStatements } from './key-policy.ts';
import type { OwnResources } from './own-resources.ts';
import { prefixNames } from './prefix-names.ts';

export interface AppliedAccountSettings
  extends Pick<AccountSettings, 'logRetentionDays' | 'keepLogs' | 'namePrefix' | 'runbookUrl'> {
  /**
   * Encrypts the data of new resources: the table, topics, queues, logs, and the variables of functions. `null`: no customer managed key.
   */
  readonly encryptionKey: IKey | null;
  /** The VPC of every function. */
  readonly network: FunctionNetwork | null;
  /** The permissions boundary of every role. */
  readonly boundary: IManagedPolicy | null;
}

const settingsByScope = new WeakMap<IConstruct, AppliedAccountSettings>();

/**
 * Stores the settings for the constructs in `scope`. Must be called before a construct is added to `scope`. `own`: a key and a VPC as CDK
 * objects, which replace the settings `kmsKeyArn` and `vpc`. `topicArns`: the ARNs of existing topics.
 *
 * The policy of `own.encryptionKey` gets the statements that AWS services need. The policy of an imported key is not changed.
 */
export function applyAccountSettings(
  scope: Construct,
  settings: AccountSettings,
  own: Pick<OwnResources, 'encryptionKey' | 'network'>,
  topicArns: readonly string[] = [],
): void {
  const { kmsKeyArn, permissionsBoundary: arn, vpc } = settings;
  const applied: AppliedAccountSettings = {
    ...settings,
    encryptionKey: own.encryptionKey ?? (kmsKeyArn === null ? null : Key.fromKeyArn(scope, 'EncryptionKey', kmsKeyArn)),
    network: own.network ? selectNetwork(own.network) : configuredNetwork(scope, vpc),
    boundary: arn === null ? null : ManagedPolicy.fromManagedPolicyArn(scope, 'PermissionsBoundary', arn),
  };
  settingsByScope.set(scope, applied);
  const { partition, account, region, stackName } = outermostStack(scope);
  // The ARN of a topic that the app creates is a token. If the key's policy referred to the topic, the topic and the key would depend on
  // each other.
  const existingTopicArns = topicArns.map((arn) =>
    Token.isUnresolved(arn) ? `arn:${partition}:sns:${region}:${account}:*` : arn,
  );
  for (const statement of keyPolicyStatements({ partition, account, region, stackName, existingTopicArns }))
    if (own.encryptionKey) addKeyStatement(own.encryptionKey, statement);
  limitAndName(scope, applied);
}

/** Names of resources in nested stacks begin with the name of the outermost stack. */
export function outermostStack(scope: IConstruct): Stack {
  const stack = Stack.of(scope);
  return stack.nestedStackParent ? outermostStack(stack.nestedStackParent) : stack;
}

/**
 * Applies the permissions boundary and the name prefix to all resources in `scope`. A role that the CDK creates directly in the stack is
 * not in the monitor's scope, so call this function also with this role.
 */
export function limitAndName(scope: IConstruct, { boundary, namePrefix }: AppliedAccountSettings): void {
  if (boundary) PermissionsBoundary.of(scope).apply(boundary);
  if (namePrefix !== null) prefixNames(scope, namePrefix);
}

/**
 * Finds the settings of the innermost scope that contains the construct and has settings. Throws if no scope has settings: without
 * settings, the construct would be created without encryption and VPC.
 */
export function accountSettingsOf(construct: IConstruct): AppliedAccountSettings {
  const scope = construct.node.scopes.findLast((one) => settingsByScope.has(one));
  const applied = scope && settingsByScope.get(scope);
  if (!applied)
    throw new Error(`${construct.node.path} is in no scope with account settings: call applyAccountSettings first.`);
  return applied;
}

/**
 * The customer managed key of a topic. `null`: the topic has no key, or has the key of the settings, which every function is allowed to
 * use.
 */
export function otherKeyOf(scope: IConstruct, { masterKey }: ITopic): IKey | null {
  return masterKey === undefined || masterKey === accountSettingsOf(scope).encryptionKey ? null : masterKey;
}
