/**
 * Runs the scenes of the demo: changes firewalls, runs scans, and closes the ports that the restore command of an alert names. Prints
 * nothing.
 */
import type { EmulatedInstance } from '../../emulators/lightsail/fleet.ts';
import type { AlertKind } from '../../lambda/contract/json-event.ts';
import { historyPartition } from '../../lambda/contract/table-keys.ts';
import { type DemoEnvironment, type DemoMessage, type DemoScan, demoTableName } from './demo-environment.ts';
import { demoAccountId, narrowedInstance, officeNetworks, openedInstance, unreadableInstance } from './demo-fleet.ts';
import { recordApiCall } from './record-api-call.ts';

export type DemoScene =
  | { scene: 'fleet'; instances: EmulatedInstance[] }
  | { scene: 'first-scan'; scan: DemoScan }
  | { scene: 'changes' }
  | { scene: 'next-scan'; scan: DemoScan }
  | { scene: 'scan-after'; scan: DemoScan }
  | { scene: 'alert'; message: DemoMessage }
  | { scene: 'gap-alert'; message: DemoMessage }
  | { scene: 'attribution-alert'; message: DemoMessage }
  | { scene: 'restore'; command: string; scan: DemoScan }
  /** `pk`: the partition key of the items, which come newest first. */
  | { scene: 'history'; pk: string; items: Record<string, unknown>[] };

export async function* runDemoScenes(environment: DemoEnvironment): AsyncGenerator<DemoScene, void> {
  yield { scene: 'fleet', instances: environment.emulators.lightsail.instances() };
  yield { scene: 'first-scan', scan: await scanWithoutDefects(environment) };

  await changeFirewalls(environment);
  yield { scene: 'changes' };

  environment.skipInterval();
  const second = await scanWithoutDefects(environment);
  yield { scene: 'next-scan', scan: second };
  environment.skipInterval();
  const third = await scanWithoutDefects(environment);
  yield { scene: 'scan-after', scan: third };
  const alert = messageOf(second, 'firewall-changed');
  yield { scene: 'alert', message: alert };
  yield { scene: 'gap-alert', message: messageOf(third, 'unreadable') };
  yield { scene: 'attribution-alert', message: messageOf(third, 'attributed') };

  const command = await restoreFirewall(environment, alert);
  environment.skipInterval();
  yield { scene: 'restore', command, scan: await scanWithoutDefects(environment) };

  const pk = historyPartition({ account: demoAccountId, ...openedInstance });
  yield { scene: 'history', pk, items: await environment.account.loadItems(demoTableName, pk) };
}

/**
 * Changes firewalls with the Lightsail API, as a person or a script does. Also makes the stand-in of Lightsail fail the reads of one
 * instance.
 */
async function changeFirewalls(environment: DemoEnvironment): Promise<void> {
  const { account, emulators } = environment;
  const ssh = { protocol: 'tcp', fromPort: 22, toPort: 22 } as const;
  const portInfo = { ...ssh, cidrs: ['0.0.0.0/0'] };
  await account.openPorts(openedInstance, portInfo);
  recordApiCall(emulators.cloudtrail, environment.now, {
    ...{ eventName: 'OpenInstancePublicPorts', region: openedInstance.region, userName: 'alice' },
    ...{ sourceIPAddress: '198.51.100.7', userAgent: 'aws-cli/2.31.0' },
    requestParameters: { instanceName: openedInstance.instanceName, portInfo },
  });
  const portInfos = [
    { protocol: 'tcp' as const, fromPort: 80, toPort: 80, cidrs: ['0.0.0.0/0'], ipv6Cidrs: ['::/0'] },
    { ...ssh, ...officeNetworks },
  ];
  await account.putPorts(narrowedInstance, portInfos);
  recordApiCall(emulators.cloudtrail, environment.now, {
    ...{ eventName: 'PutInstancePublicPorts', region: narrowedInstance.region, userName: 'bob' },
    ...{ sourceIPAddress: '198.51.100.8', userAgent: 'Boto3/1.44.3' },
    requestParameters: { instanceName: narrowedInstance.instanceName, portInfos },
  });
  emulators.lightsail.addFault({
    operation: 'GetInstancePortStates',
    instanceName: unreadableInstance.instanceName,
    kind: 'error',
    status: 500,
    name: 'ServiceException',
    message: 'An unexpected error occurred on our side',
  });
}

/**
 * Closes the ports that the restore command of the alert closes, and lets the stand-in of Lightsail answer all reads again. Returns the
 * command.
 */
async function restoreFirewall({ account, emulators }: DemoEnvironment, { digest }: DemoMessage): Promise<string> {
  const alert = digest.alerts.find(({ instance }) => instance?.name === openedInstance.instanceName);
  const command = alert?.restoreCommand ?? 'none';
  const ports = /close-instance-public-ports .* --port-info '(\{.*\})'$/.exec(command)?.[1];
  if (ports === undefined) throw new Error(`expected a command that closes the ports that were opened, got ${command}`);
  await account.closePorts(openedInstance, JSON.parse(ports));
  emulators.lightsail.clearFaults();
  return command;
}

/** Runs a scan. Throws if the scan has an error that the demo did not plan: such an error is a defect of Portwatch. */
async function scanWithoutDefects(environment: DemoEnvironment): Promise<DemoScan> {
  const scan = await environment.scanOnce();
  const [defect] = scan.defects;
  if (defect !== undefined) throw new Error(`a scan had an error that the demo did not plan: ${defect}`);
  return scan;
}

/** Returns the message of the scan that has an alert of this kind. Throws unless exactly one message has such an alert. */
function messageOf({ messages }: DemoScan, kind: AlertKind): DemoMessage {
  const about = messages.filter(({ digest }) => digest.alerts.some((alert) => alert.kind === kind));
  const [message] = about;
  if (message === undefined || about.length > 1)
    throw new Error(`expected one message with ${kind}, got ${about.length}`);
  return message;
}
