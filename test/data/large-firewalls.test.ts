/**
 * One instance with thousands of sources, through the function's handler and a real table: nothing is too large to be stored and alerted.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readAndRateFleet } from '../../cli/commands/scan/read-and-rate-fleet.ts';
import { renderSurvey } from '../../cli/commands/scan/render-survey.ts';
import { toScanDocument } from '../../cli/commands/scan/to-scan-document.ts';
import { renderJson } from '../../cli/json/render-json.ts';
import { buildTerminal } from '../../cli/text/terminal.ts';
import { buildFleetStore } from '../../lambda/adapters/dynamodb-fleet-store.ts';
import type { Alert } from '../../lambda/contract/json-event.ts';
import { compareFirewalls, diffFirewalls, exposureOf, type PortState } from '../../lambda/firewall/index.ts';
import { completeEntry, rulesBeforeAt } from '../../lambda/history/complete-entry.ts';
import type { HistoryEntry } from '../../lambda/history/entry.ts';
import type { FleetStore } from '../../lambda/scan/interfaces.ts';
import { FakeLightsail } from '../scan/fake-lightsail.ts';
import { account, DeployedMonitor, region, tableName } from '../support/deployed-monitor.ts';
import { depth } from '../support/depth.ts';
import { randomIpv4, randomIpv6, sshFrom } from './many-sources.ts';

let monitor: DeployedMonitor;
let store: FleetStore;

beforeAll(async () => {
  monitor = await DeployedMonitor.start();
  store = buildFleetStore(monitor.table, tableName);
  monitor.emulators.lightsail.addInstance({ region, name: 'anchor', portStates: [] });
  await monitor.scan();
});

afterAll(() => monitor.close());

const setRules = (name: string, portStates: PortState[]) =>
  monitor.emulators.lightsail.setPortStates({ region, name, portStates });
const subjectOf = (instanceName: string) => ({ account, region, instanceName });
const itemsOf = (name: string) => monitor.items(`INSTANCE#${account}#${region}#${name}`);

/** The newest entry as it is stored, and as a reader completes it. */
async function newestOf(name: string): Promise<{ stored: HistoryEntry; whole: HistoryEntry }> {
  const stored = await store.loadNewestEntry(subjectOf(name));
  if (stored === null) throw new Error(`${name} has no history`);
  const at = rulesBeforeAt(stored);
  const before = at === null ? null : await store.loadEntry(stored.resource, at);
  return { stored, whole: completeEntry(stored, before) };
}

/** Runs a scan and returns its only alert. Checks every message against the limits of SNS. */
async function onlyAlert(): Promise<Alert> {
  const digests = await monitor.digestsOfScan();
  for (const { bytes } of digests) expect(bytes).toBeLessThanOrEqual(240_000);
  const alerts = digests.flatMap(({ digest }) => digest.alerts);
  expect(alerts).toHaveLength(1);
  return alerts[0] as Alert;
}

/** Matches a count that is smaller than this one by 1 to 10, with or without a separator. `count`: whole tens, above 1,000. */
const almost = (count: number) => `${String(count / 10 - 1).replace(/(?=..$)/, ',?')}\\d`;

/** In quick, few more than those with which a change and the rules before and after it are too large for one message. */
const many = depth({ quick: 3_700, full: 5_000 });

describe.each(
  [
    ['IPv4', (seed: number) => sshFrom(randomIpv4(many, seed), [])],
    ['IPv6', (seed: number) => sshFrom([], randomIpv6(many, seed))],
  ].slice(0, depth({ quick: 1, full: 2 })) as [string, (seed: number) => PortState][],
)('P3, P7: thousands of %s sources on one instance', (family, rulesOf) => {
  const name = `many-${family}`;
  const [first, second] = [[rulesOf(1)], [rulesOf(2)]];

  test('are recorded and alerted within the size of a message', async () => {
    monitor.emulators.lightsail.addInstance({ region, name, portStates: first });
    const alert = await onlyAlert();
    const { stored, whole } = await newestOf(name);
    expect(alert).toMatchObject({ kind: 'instance-appeared', instance: { name } });
    // A list is complete or left out, never shortened. The list of IPv4 addresses is short enough.
    expect(alert.rulesAfter).toEqual(family === 'IPv4' ? first : null);
    expect(alert.details).toEqual({ table: tableName, pk: `INSTANCE#${account}#${region}#${name}`, sk: stored.at });
    expect(stored.rules).toEqual(first);
    expect(whole.opened).toEqual(exposureOf({ rules: first }).reach);
  });

  test('replaced by as many others: the opened and closed ports are stored completely', async () => {
    setRules(name, second);
    const { opened, closed } = diffFirewalls(first, second);
    const alert = await onlyAlert();
    expect(alert).toMatchObject({ kind: 'firewall-changed', verdict: 'mixed', rulesBefore: null, rulesAfter: null });
    expect(alert.opened).toEqual(family === 'IPv4' ? opened : null);
    expect(alert.closed).toEqual(family === 'IPv4' ? closed : null);
    const { whole } = await newestOf(name);
    expect(whole).toMatchObject({ rules: second, opened, closed, verdict: 'mixed' });
    expect(whole.opened[0]?.sources).toHaveLength(many);
  });

  test('`portwatch scan` shows the exposure in a few lines, and completely as JSON', async () => {
    const world = new FakeLightsail(region);
    world.set(region, name, second);
    const survey = await readAndRateFleet(
      world,
      { names: [region], areNamed: false, hasNameless: false },
      new AbortController().signal,
      () => undefined,
    );
    const asked = { ...survey, account, profile: null, callerArn: 'arn', scannedAt: '2026-11-23T10:00:00.000Z' };
    const shown: string[] = [];
    const stream = { isTTY: false, write: (text: string) => shown.push(text) };
    const terminal = buildTerminal({ stdout: stream, stderr: stream }, {});
    terminal.out.print(renderSurvey(asked, terminal));
    expect(shown.join('')).toMatch(new RegExp(`tcp 22 \\(SSH\\) from .*and ${almost(many)} more`, 's'));
    expect(shown.join('').length).toBeLessThan(2_000);
    const document = JSON.parse(renderJson(toScanDocument([asked], [])));
    expect(JSON.stringify(document)).toContain(JSON.stringify(exposureOf({ rules: second }).reach[0]?.sources));
  });

  test('the same firewall again: no alert', async () => {
    expect(await monitor.scan()).toMatchObject({ complete: true, alerts: 0 });
    expect(await itemsOf(name)).toHaveLength(2);
  });
});

describe('P3, P6: thousands of sources replaced by as many others: too large for one item together with the change', () => {
  const sources = depth({ quick: 6_500, full: 12_000 });
  // In upper case the rules have no text in common with what opened, so the entry is too large with fewer sources.
  const rulesOf = (seed: number) => [
    sshFrom(
      [],
      randomIpv6(sources, seed).map((network) => network.toUpperCase()),
    ),
  ];
  const [first, second] = [rulesOf(3), rulesOf(4)];

  test('the arrival is alerted, and its open ports come from its own rules', async () => {
    monitor.emulators.lightsail.addInstance({ region, name: 'huge', portStates: first });
    expect(await onlyAlert()).toMatchObject({ kind: 'instance-appeared', opened: null });
    const { stored, whole } = await newestOf('huge');
    expect(stored.rules).toEqual(first);
    expect(whole.opened).toEqual(exposureOf({ rules: first }).reach);
  });

  test('a change that a dying scan committed is recorded and alerted by the next one', async () => {
    monitor.emulators.dynamodb.addFault({ kind: 'error', name: 'InternalServerError', operation: 'PutItem' });
    setRules('huge', second);
    await monitor.scan();
    monitor.emulators.dynamodb.clearFaults();
    expect(await store.loadState(subjectOf('huge'))).toMatchObject({ version: 2, recorded: 1, alerted: 1 });
    const [sent] = await monitor.digestsOfScan();
    expect(sent?.digest.alerts).toMatchObject([{ kind: 'firewall-changed', verdict: 'mixed', opened: null }]);
    expect(sent?.bytes).toBeLessThanOrEqual(240_000);
    // The mail is cut by lines, but names both sides nevertheless.
    expect(sent?.email).toMatch(new RegExp(`OPENED {2}tcp 22 \\(SSH\\) .*2a00:.* and ${almost(sources)} more`));
    expect(sent?.email).toMatch(new RegExp(`CLOSED {2}tcp 22 \\(SSH\\) .*2a00:.* and ${almost(sources)} more`));
  });

  test('what opened and what closed is left out of its entry, and computed again from the rules', async () => {
    const { stored, whole } = await newestOf('huge');
    expect(stored).toMatchObject({ differenceLeftOut: true, opened: [], closed: [], rules: second });
    const { opened, closed } = compareFirewalls({ rules: first }, { rules: second });
    expect(whole).toMatchObject({ opened, closed, verdict: 'mixed' });
    expect(whole).not.toHaveProperty('differenceLeftOut');
  });

  test('every item is within the size limit of DynamoDB, and the latest state holds one firewall', async () => {
    const items = [...(await itemsOf('huge')), ...(await monitor.items(`FLEET#${account}`))];
    const packed = items.flatMap(({ packed: bytes }) => (bytes instanceof Uint8Array ? [bytes.length] : []));
    expect(packed.length).toBeGreaterThanOrEqual(3);
    for (const bytes of packed) expect(bytes).toBeLessThanOrEqual(350_000);
    expect(await store.loadState(subjectOf('huge'))).toMatchObject({
      rules: second,
      pending: null,
      version: 2,
      alerted: 2,
    });
  });
});
