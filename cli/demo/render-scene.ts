import type { EmulatedInstance } from '../../emulators/lightsail/fleet.ts';
import { renderPlain } from '../../lambda/alerts/escape.ts';
import { renderCount } from '../../lambda/alerts/render-count.ts';
import { renderInstant } from '../../lambda/alerts/render-instant.ts';
import { renderHistoryQuery } from '../../lambda/alerts/table-queries.ts';
import { defaultRatingPolicy, describeReach, exposureOf, rankOpen, renderPhrase } from '../../lambda/firewall/index.ts';
import { asPortStates } from '../../lambda/firewall/rules/port-state.ts';
import { renderTable } from '../text/render-table.ts';
import type { Terminal } from '../text/terminal.ts';
import { type DemoMessage, type DemoScan, demoTableName, scanEveryMinutes } from './demo-environment.ts';
import { demoHomeRegion, narrowedInstance, officeNetworks, openedInstance, unreadableInstance } from './demo-fleet.ts';
import { type DemoOutput, splitPrintable } from './demo-output.ts';
import { renderHistory, renderItem } from './render-history.ts';
import { renderSlackMessage } from './render-slack-message.ts';
import type { DemoScene } from './run-scenes.ts';

export function renderScene(scene: DemoScene, output: DemoOutput, terminal: Terminal): void {
  const { heading, print } = output;
  switch (scene.scene) {
    case 'fleet':
      heading('The fleet: five instances in two regions');
      print(renderFleet(scene.instances, terminal));
      break;
    case 'first-scan':
      heading('The first scan records the current firewalls');
      renderScan(scene.scan, output);
      break;
    case 'changes':
      heading('Changes in the account');
      print(...changes);
      break;
    case 'next-scan':
      heading(`The next scans, ${scanEveryMinutes} minutes apart (the demo moves its clock, so nobody waits)`);
      renderScan(scene.scan, output);
      break;
    case 'scan-after':
      renderScan(scene.scan, output);
      break;
    case 'alert':
      heading('The alert');
      renderMail(scene.message, output);
      output.quote('In Slack', renderSlackMessage(scene.message.slack, terminal.out));
      break;
    case 'gap-alert':
      print(...whyGap, '');
      renderMail(scene.message, output);
      break;
    case 'attribution-alert':
      print(...whyLater, '');
      renderMail(scene.message, output);
      break;
    case 'restore':
      heading('The firewall is restored with the command of the mail');
      print(`   ${output.style('cyan', renderPlain(scene.command, 2_000))}`, '');
      renderScan(scene.scan, output);
      break;
    case 'history':
      heading(`The history of ${openedInstance.instanceName} in DynamoDB`);
      renderHistoryScene(scene, output, terminal);
  }
}

const whyGap = [
  '   After one failed read only the counts change; after two in a row an alert is sent, because the exposure of',
  `   ${unreadableInstance.instanceName} is then unknown. Unknown never counts as closed.`,
];

const whyLater = [
  '   CloudTrail has its records minutes later. The alert did not wait for them; the actor follows in a second alert:',
];

const changes = [
  `   Somebody opens tcp 22 (SSH) of ${openedInstance.instanceName} to 0.0.0.0/0.`,
  `   Somebody restricts SSH of ${narrowedInstance.instanceName} to the office, ${officeNetworks.cidrs.join(', ')} and ${officeNetworks.ipv6Cidrs.join(', ')}.`,
  `   Lightsail answers with errors when the firewall of ${unreadableInstance.instanceName} is read.`,
];

function renderFleet(instances: readonly EmulatedInstance[], { out, width }: Terminal): string {
  const rows = instances.map(({ name, region, publicIpAddress, portStates, ipAddressType }) => {
    const rules = asPortStates(Array.isArray(portStates) ? portStates : []);
    const exposure = exposureOf({ rules, ipAddressType });
    const { phrases } = describeReach(exposure.reach, rankOpen(exposure, defaultRatingPolicy));
    return [name, region, publicIpAddress, phrases.map(renderPhrase).join('\n')];
  });
  return renderTable(['INSTANCE', 'REGION', 'ADDRESS', 'OPEN'], rows, width, out);
}

export function renderScan(
  { startedAt, report, unread, defects, messages }: DemoScan,
  { print, style }: DemoOutput,
): void {
  const { instancesRead, instancesListed, alerts } = report;
  const sent =
    alerts === 0 ? 'no alerts' : `${renderCount(alerts, 'alert')} in ${renderCount(messages.length, 'message')}`;
  print(
    `   ${renderInstant(startedAt)}: read ${instancesRead} of ${renderCount(instancesListed, 'instance')}, ${sent}`,
  );
  for (const line of unread) print(`     could not read ${renderPlain(line)}`);
  for (const line of defects) print(`     ${renderPlain(line)}`);
  for (const { subject } of messages) print(`     ${style('bold', renderPlain(subject))}`);
}

export function renderMail({ subject, email }: DemoMessage, { quote }: DemoOutput): void {
  quote('By mail', [`Subject: ${renderPlain(subject)}`, '', ...splitPrintable(email)]);
}

function renderHistoryScene(
  { pk, items }: Extract<DemoScene, { scene: 'history' }>,
  output: DemoOutput,
  terminal: Terminal,
): void {
  const { print, quote, style } = output;
  print(style('cyan', renderHistoryQuery({ table: demoTableName, region: demoHomeRegion }, pk)), '');
  print(renderHistory(items, terminal.width, terminal), '');
  const opened = items.find(({ severity }) => severity === 'critical') ?? items[0];
  if (opened !== undefined) quote('One entry with all attributes', renderItem(opened));
}
