/** Resources that an app gives to the monitor as objects, in place of the names and ARNs of the settings. */
import { Token } from 'aws-cdk-lib';
import type { ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { DeploymentSettingsInput } from '../lambda/contract/settings-schema.ts';
import { findNetworkProblems, type MonitorNetwork } from './function-network.ts';
import { renderWithoutUrls } from './render-given-value.ts';

/** Resources of the app that contains the monitor. */
export interface OwnResources {
  /**
   * An existing table of an earlier monitor, in place of `existingTable`. The table is reused with its history. Two monitors must not
   * share a table.
   *
   * @default - the table of `existingTable`, or a new table, which is retained when the stack is deleted
   */
  readonly table?: ITableV2 | undefined;
  /**
   * A customer managed key, in place of `kmsKeyArn`. docs/configuration.md#a-key-of-your-own lists the statements that its policy needs. If
   * your app creates the key, the statements are added to the policy.
   *
   * @default - the key of `kmsKeyArn`, if it is given
   */
  readonly encryptionKey?: IKey | undefined;
  /**
   * A VPC for the functions, in place of `vpc`.
   *
   * @default - the subnets of `vpc`, if they are given
   */
  readonly network?: MonitorNetwork | undefined;
  /**
   * A topic that receives the alerts, in place of `existingAlertTopic`: a standard topic of the account and the region of the stack, for
   * Portwatch alone.
   *
   * @default - the topic of `existingAlertTopic`, or a new topic
   */
  readonly alertTopic?: ITopic | undefined;
  /**
   * A topic that receives the health alarms, in place of `existingHealthTopic`: a standard topic of the account and the region of the
   * stack, and not the topic of the alerts.
   *
   * @default - the topic of `existingHealthTopic`, or a new topic
   */
  readonly healthTopic?: ITopic | undefined;
}

interface OwnResource {
  /** A property by which an object is distinguished from a name or an ARN. */
  readonly property: string;
  readonly expected: string;
  /** By name of a setting that has no effect together with the object: the advice in the message. */
  readonly replaces: Partial<Record<keyof DeploymentSettingsInput, string>>;
}

const oneOfTheTwo = 'Leave one of the two out.';

const replaceTopic = (setting: 'existingAlertTopic' | 'existingHealthTopic'): OwnResource => ({
  property: 'topicArn',
  expected: `a topic of the CDK, such as Topic.fromTopicArn(…). The ARN of a topic belongs in ${setting}.`,
  replaces: {
    [setting]: oneOfTheTwo,
    [`${setting}KmsKeyArn`]: 'Give the key to the topic: Topic.fromTopicAttributes has keyArn.',
  },
});

const ownResources: Readonly<Record<keyof OwnResources, OwnResource>> = {
  table: {
    property: 'tableArn',
    expected: 'a table of the CDK, such as TableV2.fromTableName(…). The name of a table belongs in existingTable.',
    replaces: {
      existingTable: oneOfTheTwo,
      existingTableKmsKeyArn: 'Give the key to the table: TableV2.fromTableAttributes has encryptionKey.',
    },
  },
  encryptionKey: {
    property: 'keyArn',
    expected: 'a key of the CDK, such as Key.fromKeyArn(…). The ARN of a key belongs in kmsKeyArn.',
    replaces: { kmsKeyArn: oneOfTheTwo },
  },
  network: {
    property: 'vpc',
    expected: 'an object { vpc, securityGroups } with objects of the CDK. The IDs of subnets belong in vpc.',
    replaces: { vpc: oneOfTheTwo },
  },
  alertTopic: replaceTopic('existingAlertTopic'),
  healthTopic: replaceTopic('existingHealthTopic'),
};

export const ownResourceNames = Object.keys(ownResources) as (keyof OwnResources)[];

/**
 * Returns one line for each value that is not an object of the CDK, and for each setting that has no effect together with an object. Also
 * returns one line for each problem of the network and of the topics.
 */
export function findResourceProblems(props: OwnResources & DeploymentSettingsInput): string[] {
  return [...ownResourceNames.flatMap((name) => findProblemsOf(name, props)), ...findTopicProblems(props)];
}

function findProblemsOf(name: keyof OwnResources, props: OwnResources & DeploymentSettingsInput): string[] {
  const given: unknown = props[name];
  if (given === undefined || given === null) return [];
  const { property, expected, replaces } = ownResources[name];
  if (typeof given !== 'object' || !(property in given))
    return [`${name}: got ${describe(given)}, expected ${expected}`];
  const conflicts = Object.entries(replaces).flatMap(([setting, remedy]) =>
    isGiven(props[setting as keyof typeof replaces])
      ? [`${setting}: got ${describe(props[setting as keyof typeof replaces])}, expected none with ${name}. ${remedy}`]
      : [],
  );
  return name === 'network' && props.network ? [...conflicts, ...findNetworkProblems(props.network)] : conflicts;
}

/** For topics of the configuration, the schema and `findConflicts` find the same problems. */
function findTopicProblems({ alertTopic, healthTopic }: OwnResources): string[] {
  const fifo = Object.entries({ alertTopic, healthTopic }).flatMap(([name, topic]) =>
    topic?.fifo ? [`${name}: got a FIFO topic, expected a standard topic, which can notify mail and functions.`] : [],
  );
  if (!alertTopic?.topicArn || alertTopic.topicArn !== healthTopic?.topicArn) return fifo;
  return [
    ...fifo,
    'healthTopic: got the topic of alertTopic, expected another one: each reports failed messages of the other.',
  ];
}

export const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

/** Describes an object only by its kind, because the fields of the object would fill pages. */
function describe(value: unknown): string {
  if (typeof value === 'string') return Token.isUnresolved(value) ? 'a token' : renderWithoutUrls(value);
  return typeof value === 'object' ? 'an object' : String(value);
}
