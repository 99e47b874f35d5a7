import { Aspects, Aws, type CfnResource, Names, Stack } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { IConstruct } from 'constructs';

/**
 * Gives each function, rule and schedule inside `scope`, and each role without a configured name, a name that begins with `prefix`. Alarms
 * have their own names. Tables, topics, queues and log groups hold data, and get no name: a new name would replace them by empty ones.
 */
export function prefixNames(scope: IConstruct, prefix: string): void {
  // A name has at most 44 characters. The name of a role also gets a hyphen and the name of the region, at most 15 characters. IAM allows
  // 64.
  const maxLength = 43 - prefix.length;
  const nameOf = (node: CfnResource) => `${prefix}-${Names.uniqueResourceName(node, { maxLength, separator: '-' })}`;
  Aspects.of(scope).add({
    visit: (node) => {
      if (CfnFunction.isCfnFunction(node)) node.functionName = nameOf(node);
      if (CfnRule.isCfnRule(node)) node.name = nameOf(node);
      if (CfnSchedule.isCfnSchedule(node)) node.name = nameOf(node);
      // Roles are global in the account: the region in the name separates the roles of two deployments. A role with a configured name keeps
      // its name, because roles of other accounts trust this name.
      if (CfnRole.isCfnRole(node) && Stack.of(node).resolve(node.roleName) === undefined)
        node.roleName = `${nameOf(node)}-${Aws.REGION}`;
    },
  });
}
