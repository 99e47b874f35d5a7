import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * The path of the monitor below its stack: `Web`, or `Team/Web`. Empty for a monitor that is the child `Monitor` of its stack, as in a
 * deployment from a clone. The names of such a monitor contain only the name of the stack, as in versions with one monitor in a stack.
 */
export function monitorPath(monitor: IConstruct): string {
  const path = monitor.node.scopes
    .slice(Stack.of(monitor).node.scopes.length)
    .map(({ node }) => node.id)
    .join('/');
  return path === 'Monitor' ? '' : path;
}

/**
 * `Portwatch`, `Own/Web`: unique in an account and region, because the name of a stack is unique, and contains no slash. It is part of the
 * names of alarms and metrics.
 */
export function monitorName(monitor: IConstruct): string {
  const path = monitorPath(monitor);
  const { stackName } = Stack.of(monitor);
  return path === '' ? stackName : `${stackName}/${path}`;
}
