/**
 * The firewall drift monitor for Amazon Lightsail as CDK constructs. docs/construct.md shows the constructs in use.
 *
 * @packageDocumentation
 */

export type {
  AccountSettingsInput,
  ApprovedExposureInput,
  DeploymentSettingsInput,
  ExpectedChangeInput,
  MonitorSettingsInput,
} from '../lambda/contract/settings-schema.ts';
export { ConfigurationError } from './configuration-error.ts';
export { DriftMonitor, type DriftMonitorProps } from './drift-monitor.ts';
export { EventForwardingStack, type EventForwardingStackProps } from './event-forwarding-stack.ts';
export type { MonitorNetwork } from './function-network.ts';
export type { OwnResources } from './own-resources.ts';
export { PackageError } from './package-error.ts';
