import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * The path of the monitor below its stack: `Web`, or `Team/Web`. Empty for the child `Monitor` of a stack, as in a deployment from a clone.
 * In such a deployment, `monitorName` is only the name of the stack, as in earlier versions.
 */
export function monitorPath(monitor: IConstruct): string {
  const path = monitor.node.scopes
    .slice(Stack.of(monitor).node.scopes.length)
    .map(({ node }) => node.id)
    .join('/');
  return path === 'Monitor' ? '' : path;
}

/**
 * Returns a name such as `Portwatch` or `Own/Web`, which is a part of the names of alarms and metrics. The name is unique in an account and
 * region, because the name of a stack is unique and contains no slash.
 */
export function monitorName(monitor: IConstruct): string {
  const path = monitorPath(monitor);
  const { stackName } = Stack.of(monitor);
  return path === '' ? stackName : `${stackName}/${path}`;
}
