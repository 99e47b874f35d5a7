import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { DriftMonitor, type DriftMonitorProps } from '../../lib/drift-monitor.ts';
import { EventForwardingStack } from '../../lib/event-forwarding-stack.ts';
import { parseConfig } from '../../lib/parse-config.ts';
import { newApp } from './new-app.ts';
import { securedConfiguration } from './secured-configuration.ts';
import { type Resource, synthesise } from './synthesise.ts';

export interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
  Condition?: unknown;
}

export const { permissionsBoundary: boundary, kmsKeyArn: key } = securedConfiguration;

export const config = parseConfig({ file: null, commandLine: securedConfiguration });
export const forwarding = new EventForwardingStack(newApp(), 'Forwarding', {
  rules: config,
  terminationProtection: config.terminationProtection,
  region: 'us-east-1',
  homeRegion: 'eu-west-1',
});
export const templates = {
  'the stack of the monitor': synthesise(securedConfiguration).template,
  'the stack that forwards events': Template.fromStack(forwarding),
};

export function resourcesOf(template: Template, type: string): [string, Resource][] {
  return Object.entries(template.findResources(type)) as [string, Resource][];
}

export function monitorIn(props: DriftMonitorProps): Template {
  const stack = new Stack(newApp(), 'Own');
  new Role(stack, 'OfSomebodyElse', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  new DriftMonitor(stack, 'Monitor', props);
  return Template.fromStack(stack);
}
