/**
 * The settings that the account's security team demands. They are applied to a stack or a monitor, and each construct inside finds them by
 * its scope.
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
  /** Encrypts all stored data: the table, topics, queues, logs, and the variables of functions. */
  readonly encryptionKey: IKey | null;
  /** The VPC of every function. */
  readonly network: FunctionNetwork | null;
  /** The permissions boundary of every role. */
  readonly boundary: IManagedPolicy | null;
}

const settingsByScope = new WeakMap<IConstruct, AppliedAccountSettings>();

/**
 * Applies `settings` to every construct inside `scope`, also to constructs that are added later. Call it before anything else is added.
 * `own`: objects of the app. They replace the settings `kmsKeyArn` and `vpc`, and the policy of an own key gets the statements that AWS
 * services need. `topicArns`: the ARNs of the existing topics.
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
  // The ARN of a topic of the app is not known at synthesis. A reference would make the topic and the key depend on each other.
  const existingTopicArns = topicArns.map((arn) =>
    Token.isUnresolved(arn) ? `arn:${partition}:sns:${region}:${account}:*` : arn,
  );
  for (const statement of keyPolicyStatements({ partition, account, region, stackName, existingTopicArns }))
    if (own.encryptionKey) addKeyStatement(own.encryptionKey, statement);
  limitAndName(scope, applied);
}

/** Names of resources in nested stacks begin with the name of the outermost one, which is known at synthesis. */
export function outermostStack(scope: IConstruct): Stack {
  const stack = Stack.of(scope);
  return stack.nestedStackParent ? outermostStack(stack.nestedStackParent) : stack;
}

/** Applies the boundary and the prefix of names inside `scope`. A role that the CDK creates directly in the stack needs its own call. */
export function limitAndName(scope: IConstruct, { boundary, namePrefix }: AppliedAccountSettings): void {
  if (boundary) PermissionsBoundary.of(scope).apply(boundary);
  if (namePrefix !== null) prefixNames(scope, namePrefix);
}

/** The settings of the nearest scope to which settings were applied. Throws if there is none, because the construct would follow none. */
export function accountSettingsOf(construct: IConstruct): AppliedAccountSettings {
  const scope = construct.node.scopes.findLast((one) => settingsByScope.has(one));
  const applied = scope && settingsByScope.get(scope);
  if (!applied)
    throw new Error(`${construct.node.path} is in no scope with account settings: call applyAccountSettings first.`);
  return applied;
}

/**
 * The customer managed key of a topic. `null` if the topic has no such key, or has the key of these settings, which every function and
 * service can already use.
 */
export function otherKeyOf(scope: IConstruct, { masterKey }: ITopic): IKey | null {
  return masterKey === undefined || masterKey === accountSettingsOf(scope).encryptionKey ? null : masterKey;
}
