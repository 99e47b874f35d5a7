/** What a person must add, before the deployment, to the policies of keys and topics that Portwatch cannot change. */
import type { DeploymentSettings } from '../lambda/contract/settings-schema.ts';
import { keyNames, topicNames } from './find-setting-conflicts.ts';
import { type KeyPolicyStatement, keyPolicyStatements } from './key-policy.ts';
import { alarmsStatement } from './people-topic.ts';

/** The statements that the key of a setting needs. A key without an entry needs all statements. */
const neededBy: Partial<Record<(typeof keyNames)[number], readonly KeyPolicyStatement['Sid'][]>> = {
  existingTableKmsKeyArn: ['PortwatchRoles'],
  existingAlertTopicKmsKeyArn: ['PortwatchRoles', 'PortwatchAlarms'],
  existingHealthTopicKmsKeyArn: ['PortwatchAlarms'],
};

/**
 * Renders one note for each key and each topic. `homeAccount`: the account of the deployment; if it is not known, the account in the ARN of
 * the key is used. Partition and region also come from the ARN.
 */
export function renderPolicyNotes(
  settings: DeploymentSettings,
  stackName: string,
  homeAccount: string | undefined,
): string[] {
  const existingTopicArns = topicNames.flatMap((name) => settings[name] ?? []);
  const keys = new Set(keyNames.flatMap((name) => settings[name] ?? []));
  const ofKeys = [...keys].map((arn) => {
    const names = keyNames.filter((name) => settings[name] === arn);
    const [, partition = '', , region = '', accountOfKey = ''] = arn.split(':');
    const account = homeAccount || accountOfKey;
    const statements = keyPolicyStatements({ partition, account, region, stackName, existingTopicArns });
    const needed = statements.filter(({ Sid }) => names.some((name) => neededBy[name]?.includes(Sid) ?? true));
    return renderNote(names.join(' and '), arn, needed, 'a-key-of-your-own');
  });
  const ofTopics = topicNames.flatMap((name) => {
    const arn = settings[name];
    if (arn === null) return [];
    return [renderNote(name, arn, [alarmsStatement(arn, arn.split(':')[4] ?? '')], 'topics-of-your-own')];
  });
  return [...ofKeys, ...ofTopics];
}

function renderNote(setting: string, arn: string, statements: readonly object[], section: string): string {
  return [
    `${setting}: Portwatch can't change the policy of ${arn}. Before you deploy, the policy has to contain these statements ` +
      `(docs/configuration.md#${section} explains them):`,
    JSON.stringify(statements, null, 2),
  ].join('\n');
}
