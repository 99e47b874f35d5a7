/** Tells one scene of the demo to a person. */
import type { EmulatedInstance } from '../../emulators/lightsail/fleet.ts';
import { countOf } from '../../lambda/alerts/count-of.ts';
import { renderPlain } from '../../lambda/alerts/escape.ts';
import { renderInstant } from '../../lambda/alerts/instants.ts';
import { renderHistoryQuery } from '../../lambda/alerts/table-queries.ts';
import { describeReach, exposureOf, renderPhrase } from '../../lambda/firewall/index.ts';
import { asPortStates } from '../../lambda/firewall/rules/port-state.ts';
import { renderTable } from '../text/render-table.ts';
import type { Terminal } from '../text/terminal.ts';
import { demoHomeRegion, narrowedInstance, officeNetworks, openedInstance, unreadableInstance } from './demo-fleet.ts';
import { type Narrator, splitPrintable } from './narrator.ts';
import type { Scene } from './play-demo.ts';
import { renderHistory, renderItem } from './render-history.ts';
import { renderSlackMessage } from './render-slack.ts';
import { type DemoMessage, type DemoScan, demoTableName, scanEveryMinutes } from './stage.ts';

export function tellScene(scene: Scene, narrator: Narrator, terminal: Terminal): void {
  const { heading, say } = narrator;
  switch (scene.scene) {
    case 'fleet':
      heading('The fleet: five instances in two regions');
      say(renderFleet(scene.instances, terminal));
      break;
    case 'first-scan':
      heading('The first scan learns what is normal');
      tellScan(scene.scan, narrator);
      break;
    case 'changes':
      heading('Meanwhile, in the account');
      say(...changes);
      break;
    case 'next-scan':
      heading(`The next scans, ${scanEveryMinutes} minutes apart (the clock of the demo jumps; nobody waits)`);
      tellScan(scene.scan, narrator);
      break;
    case 'scan-after':
      tellScan(scene.scan, narrator);
      break;
    case 'alert':
      heading('The alert, as it arrives');
      tellMail(scene.message, narrator);
      narrator.quote('In Slack', renderSlackMessage(scene.message.slack, terminal.out));
      break;
    case 'gap-alert':
      say(...whyGap, '');
      tellMail(scene.message, narrator);
      break;
    case 'who-alert':
      say(...whyLater, '');
      tellMail(scene.message, narrator);
      break;
    case 'put-back':
      heading('Put back, by the command in the mail');
      say(`   ${narrator.style('cyan', renderPlain(scene.command, 2_000))}`, '');
      tellScan(scene.scan, narrator);
      break;
    case 'history':
      heading(`The history of ${openedInstance.instanceName}, as it lies in DynamoDB`);
      tellHistory(scene, narrator, terminal);
  }
}

const whyGap = [
  '   One failed read shows in the numbers only; after two in a row a person hears of it: what',
  `   ${unreadableInstance.instanceName} exposes is then not known, and unknown is never read as closed.`,
];

const whyLater = [
  '   CloudTrail brings its records minutes late. The alert did not wait for them; who did it follows:',
];

const changes = [
  `   Somebody opens tcp 22 (SSH) of ${openedInstance.instanceName} to 0.0.0.0/0.`,
  `   Somebody keeps SSH of ${narrowedInstance.instanceName} to the office, ${officeNetworks.cidrs.join(', ')} and ${officeNetworks.ipv6Cidrs.join(', ')}.`,
  `   And Lightsail answers with errors when the firewall of ${unreadableInstance.instanceName} is read.`,
];

function renderFleet(instances: readonly EmulatedInstance[], { out, width }: Terminal): string {
  const rows = instances.map(({ name, region, publicIpAddress, portStates, ipAddressType }) => {
    const rules = asPortStates(Array.isArray(portStates) ? portStates : []);
    const { phrases } = describeReach(exposureOf({ rules, ipAddressType }).reach);
    return [name, region, publicIpAddress, phrases.map(renderPhrase).join('\n')];
  });
  return renderTable(['INSTANCE', 'REGION', 'ADDRESS', 'OPEN'], rows, width, out);
}

export function tellScan({ startedAt, report, unread, defects, messages }: DemoScan, { say, style }: Narrator): void {
  const { instancesRead, instancesListed, alerts } = report;
  const told =
    alerts === 0 ? 'nothing to tell' : `${countOf(alerts, 'alert')} in ${countOf(messages.length, 'message')}`;
  say(`   ${renderInstant(startedAt)}: read ${instancesRead} of ${countOf(instancesListed, 'instance')}, ${told}`);
  for (const line of unread) say(`     could not read ${renderPlain(line)}`);
  for (const line of defects) say(`     ${renderPlain(line)}`);
  for (const { subject } of messages) say(`     ${style('bold', renderPlain(subject))}`);
}

export function tellMail({ subject, email }: DemoMessage, { quote }: Narrator): void {
  quote('By mail', [`Subject: ${renderPlain(subject)}`, '', ...splitPrintable(email)]);
}

function tellHistory(
  { pk, items }: Extract<Scene, { scene: 'history' }>,
  narrator: Narrator,
  terminal: Terminal,
): void {
  const { say, quote, style } = narrator;
  say(style('cyan', renderHistoryQuery({ table: demoTableName, region: demoHomeRegion }, pk)), '');
  say(renderHistory(items, terminal.width, terminal), '');
  const opened = items.find(({ severity }) => severity === 'critical') ?? items[0];
  if (opened !== undefined) quote('One of them, whole', renderItem(opened));
}
