import { Aspects, Aws, type CfnResource, type IAspect, Names, Stack } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { IConstruct } from 'constructs';

/**
 * Gives each function, role, rule and schedule inside `scope` a name that begins with `prefix`. Alarms have their own names. Tables,
 * topics, queues and log groups hold data, and get no name: a new name would replace them by empty ones.
 */
export function prefixNames(scope: IConstruct, prefix: string): void {
  Aspects.of(scope).add(new PrefixNames(prefix));
}

class PrefixNames implements IAspect {
  private readonly prefix: string;

  constructor(prefix: string) {
    this.prefix = prefix;
  }

  visit(node: IConstruct): void {
    if (CfnFunction.isCfnFunction(node)) node.functionName = this.nameOf(node);
    if (CfnRule.isCfnRule(node)) node.name = this.nameOf(node);
    if (CfnSchedule.isCfnSchedule(node)) node.name = this.nameOf(node);
    // Roles are global in the account: the region in the name separates the roles of two deployments. Roles of other accounts trust a role
    // by its configured name.
    if (CfnRole.isCfnRole(node) && Stack.of(node).resolve(node.roleName) === undefined)
      node.roleName = `${this.nameOf(node)}-${Aws.REGION}`;
  }

  /** At most 44 characters. IAM allows 64 for a role, and the name of a region has at most 14, with its hyphen 15. */
  private nameOf(node: CfnResource): string {
    const maxLength = 43 - this.prefix.length;
    return `${this.prefix}-${Names.uniqueResourceName(node, { maxLength, separator: '-' })}`;
  }
}
