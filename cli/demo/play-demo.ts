/** The demo as it happens: what is done in the account, and what each scan finds. It refuses to know how it is told. */
import type { EmulatedInstance } from '../../emulators/lightsail/fleet.ts';
import { historyKey } from '../../lambda/adapters/snapshot-items.ts';
import { demoAccountId, narrowedInstance, officeNetworks, openedInstance, unreadableInstance } from './demo-fleet.ts';
import { type DemoMessage, type DemoScan, demoTableName, type Stage } from './stage.ts';

export type Scene =
  | { scene: 'fleet'; instances: EmulatedInstance[] }
  | { scene: 'first-scan'; scan: DemoScan }
  | { scene: 'changes' }
  | { scene: 'next-scan'; scan: DemoScan }
  | { scene: 'scan-after'; scan: DemoScan }
  | { scene: 'alert'; message: DemoMessage }
  | { scene: 'gap-alert'; message: DemoMessage }
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
  const alert = messageOf(second);
  yield { scene: 'alert', message: alert };
  yield { scene: 'gap-alert', message: messageOf(third) };

  const command = await putBack(stage, alert);
  stage.skipInterval();
  yield { scene: 'put-back', command, scan: await scanSoundly(stage) };

  const pk = historyKey({ account: demoAccountId, ...openedInstance });
  yield { scene: 'history', pk, items: await stage.account.loadItems(demoTableName, pk) };
}

/** Through the API, as a person or a script would; only the failure is the stand-in's. */
async function changeFirewalls({ account, emulators }: Stage): Promise<void> {
  const ssh = { protocol: 'tcp', fromPort: 22, toPort: 22 } as const;
  const web = { protocol: 'tcp', fromPort: 80, toPort: 80, cidrs: ['0.0.0.0/0'], ipv6Cidrs: ['::/0'] } as const;
  await account.openPorts(openedInstance, { ...ssh, cidrs: ['0.0.0.0/0'] });
  await account.putPorts(narrowedInstance, [
    { ...web, cidrs: [...web.cidrs], ipv6Cidrs: [...web.ipv6Cidrs] },
    { ...ssh, ...officeNetworks },
  ]);
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

/** Each of these scans has one thing to tell, so one message. */
function messageOf({ messages }: DemoScan): DemoMessage {
  const [message] = messages;
  if (message === undefined || messages.length > 1) throw new Error(`expected one message, got ${messages.length}`);
  return message;
}
