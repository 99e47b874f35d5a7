/** The demo as it happens: what is done in the account, and what each scan finds. It refuses to know how it is told. */
import type { EmulatedInstance } from '../../emulators/lightsail/fleet.ts';
import type { AlertKind } from '../../lambda/alerts/alert.ts';
import { historyPartition } from '../../lambda/contract/table-keys.ts';
import { demoAccountId, narrowedInstance, officeNetworks, openedInstance, unreadableInstance } from './demo-fleet.ts';
import { recordCall } from './record-call.ts';
import { type DemoMessage, type DemoScan, demoTableName, type Stage } from './stage.ts';

export type Scene =
  | { scene: 'fleet'; instances: EmulatedInstance[] }
  | { scene: 'first-scan'; scan: DemoScan }
  | { scene: 'changes' }
  | { scene: 'next-scan'; scan: DemoScan }
  | { scene: 'scan-after'; scan: DemoScan }
  | { scene: 'alert'; message: DemoMessage }
  | { scene: 'gap-alert'; message: DemoMessage }
  | { scene: 'who-alert'; message: DemoMessage }
  | { scene: 'put-back'; command: string; scan: DemoScan }
  /** `pk`: under which key; newest first. */
  | { scene: 'history'; pk: string; items: Record<string, unknown>[] };

export async function* playDemo(stage: Stage): AsyncGenerator<Scene, void> {
  yield { scene: 'fleet', instances: stage.emulators.lightsail.instances() };
  yield { scene: 'first-scan', scan: await scanSoundly(stage) };

  await changeFirewalls(stage);
  yield { scene: 'changes' };

  stage.skipInterval();
  const second = await scanSoundly(stage);
  yield { scene: 'next-scan', scan: second };
  stage.skipInterval();
  const third = await scanSoundly(stage);
  yield { scene: 'scan-after', scan: third };
  const alert = messageOf(second, 'firewall-changed');
  yield { scene: 'alert', message: alert };
  yield { scene: 'gap-alert', message: messageOf(third, 'unreadable') };
  yield { scene: 'who-alert', message: messageOf(third, 'attributed') };

  const command = await putBack(stage, alert);
  stage.skipInterval();
  yield { scene: 'put-back', command, scan: await scanSoundly(stage) };

  const pk = historyPartition({ account: demoAccountId, ...openedInstance });
  yield { scene: 'history', pk, items: await stage.account.loadItems(demoTableName, pk) };
}

/** Through the API, as a person or a script would; only the failure is the stand-in's. */
async function changeFirewalls(stage: Stage): Promise<void> {
  const { account, emulators } = stage;
  const ssh = { protocol: 'tcp', fromPort: 22, toPort: 22 } as const;
  const web = { protocol: 'tcp', fromPort: 80, toPort: 80, cidrs: ['0.0.0.0/0'], ipv6Cidrs: ['::/0'] } as const;
  const portInfo = { ...ssh, cidrs: ['0.0.0.0/0'] };
  await account.openPorts(openedInstance, portInfo);
  recordCall(stage, {
    ...{ eventName: 'OpenInstancePublicPorts', region: openedInstance.region, userName: 'alice' },
    ...{ sourceIPAddress: '198.51.100.7', userAgent: 'aws-cli/2.31.0' },
    requestParameters: { instanceName: openedInstance.instanceName, portInfo },
  });
  const portInfos = [
    { ...web, cidrs: [...web.cidrs], ipv6Cidrs: [...web.ipv6Cidrs] },
    { ...ssh, ...officeNetworks },
  ];
  await account.putPorts(narrowedInstance, portInfos);
  recordCall(stage, {
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

/** Does what the command in the mail does, with the very rules that stand in it. */
async function putBack({ account, emulators }: Stage, { digest }: DemoMessage): Promise<string> {
  const alert = digest.alerts.find(({ instance }) => instance?.name === openedInstance.instanceName);
  const command = alert?.restoreCommand ?? 'none';
  const rules = /--port-infos '(\[.*\])'/.exec(command)?.[1];
  if (rules === undefined) throw new Error(`expected a command that puts the firewall back, got ${command}`);
  await account.putPorts(openedInstance, JSON.parse(rules));
  emulators.lightsail.clearFaults();
  return command;
}

/** The story has one kind of trouble, and plans it; any other is a defect of the product. */
async function scanSoundly(stage: Stage): Promise<DemoScan> {
  const scan = await stage.scanOnce();
  const [defect] = scan.defects;
  if (defect !== undefined) throw new Error(`the scan met trouble that is no part of the story: ${defect}`);
  return scan;
}

/** The one message of the scan that is about such alerts. */
function messageOf({ messages }: DemoScan, kind: AlertKind): DemoMessage {
  const about = messages.filter(({ digest }) => digest.alerts.some((alert) => alert.kind === kind));
  const [message] = about;
  if (message === undefined || about.length > 1)
    throw new Error(`expected one message about ${kind}, got ${about.length}`);
  return message;
}
