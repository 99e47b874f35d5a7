/** The instances of the demo. Their firewalls are answers from published documents, which `port-states.json` names. */
import type { NewInstance } from '../../emulators/lightsail/fleet.ts';
import answers from './port-states.json' with { type: 'json' };

export const demoAccountId = '123456789012';
/** The region of the table and the topic. */
export const demoHomeRegion = 'eu-west-1';
export const demoRegions = ['eu-west-1', 'us-east-1'];

/** The instance whose SSH port the demo opens to the world. */
export const openedInstance = { region: 'eu-west-1', instanceName: 'web-1' };
/** The instance whose SSH port the demo restricts to the office. */
export const narrowedInstance = { region: 'eu-west-1', instanceName: 'web-2' };
export const officeNetworks = { cidrs: ['198.51.100.0/24'], ipv6Cidrs: ['2001:db8:51::/48'] };
/** The instance whose firewall cannot be read during two scans. */
export const unreadableInstance = { region: 'eu-west-1', instanceName: 'db-1' };

export function buildDemoFleet(): NewInstance[] {
  return [
    { ...placeOf(openedInstance), portStates: answerNamed('linux-without-ssh') },
    { ...placeOf(narrowedInstance), portStates: answerNamed('linux-default') },
    { ...placeOf(unreadableInstance), portStates: answerNamed('restricted-ssh') },
    {
      region: 'us-east-1',
      name: 'office',
      blueprintId: 'windows_server_2022',
      portStates: answerNamed('windows-default'),
    },
    {
      region: 'us-east-1',
      name: 'hosting',
      blueprintId: 'cpanel_whm_linux',
      portStates: answerNamed('cpanel-default'),
    },
  ];
}

function placeOf({ region, instanceName }: { region: string; instanceName: string }): NewInstance {
  return { region, name: instanceName };
}

function answerNamed(name: string) {
  const found = answers.cases.find((each) => each.name === name);
  if (found === undefined) throw new Error(`port-states.json has no case ${name}`);
  return found.portStates;
}
