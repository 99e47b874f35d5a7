/**
 * One sequence of changes for every kind of disturbance. A fleet of four instances in two regions is watched; one firewall is opened, one
 * instance is deleted, one is created again under its name, one appears. For every disturbance, table and alerts must end in the same
 * state.
 */
import { expect } from '@jest/globals';
import type { FaultRule } from '../../emulators/wire/fault-plan.ts';
import type { Alert } from '../../lambda/contract/json-event.ts';
import type { ScanEvent } from '../../lambda/scan/interfaces.ts';
import { httpFromAnywhere, sshFromAnywhere, sshFromOffice } from '../scan/samples.ts';
import { depth } from '../support/depth.ts';
import { account, homeRegion, type Item, type ScanManner, type WatchedAccount } from './watched-account.ts';

const elsewhere = 'us-east-1';

export const fleetScanOptions = {
  lightsail: { regions: [homeRegion, elsewhere], notEnabledRegions: [], pageSize: 1 },
};

/** The ARN is the same in every run, so that the same change has the same `alertId`. */
const arnOf = (region: string, name: string) => `arn:aws:lightsail:${region}:${account}:Instance/${name}`;

/** The table after the first scan. It is the same for every disturbance, so the scan runs once and the table is copied later. */
const firstTables = new WeakMap<WatchedAccount, Item[]>();

/** The fleet, and the table as the first scan left it. The alert of the first scan is not among the alerts. */
export async function prepareFleet(watched: WatchedAccount): Promise<void> {
  const firstTable = firstTables.get(watched);
  await (firstTable === undefined ? watched.renew() : watched.restore(firstTable));
  const { lightsail } = watched.emulators;
  const portStates = [httpFromAnywhere, sshFromOffice];
  for (const name of ['web-1', 'web-2', 'web-3']) {
    lightsail.addInstance({ region: homeRegion, name, arn: arnOf(homeRegion, name), portStates });
  }
  lightsail.addInstance({ region: elsewhere, name: 'db-1', arn: arnOf(elsewhere, 'db-1'), portStates });
  if (firstTable !== undefined) return;
  await watched.scan();
  firstTables.set(watched, await watched.items());
  watched.emulators.sns.clearOutbox();
}

export function changeFleet({ emulators: { lightsail } }: WatchedAccount): void {
  const portStates = [httpFromAnywhere, sshFromAnywhere];
  lightsail.setPortStates({ region: homeRegion, name: 'web-1', portStates });
  lightsail.removeInstance({ region: homeRegion, name: 'web-2' });
  const again = { region: homeRegion, name: 'web-3', arn: arnOf(homeRegion, 'web-3-again') };
  lightsail.recreateInstance({ ...again, portStates: [httpFromAnywhere] });
  lightsail.addInstance({
    region: elsewhere,
    name: 'db-2',
    arn: arnOf(elsewhere, 'db-2'),
    portStates: [sshFromOffice],
  });
}

export interface Ending {
  table: Record<string, unknown>;
  /** How often each alert was published, by its kind, instance and id. */
  alerts: Record<string, number>;
}

/** The content of the table without instants and without attributes that differ between attempts. Throws if the table is inconsistent. */
export async function endingOf(watched: WatchedAccount): Promise<Ending> {
  const table: Record<string, unknown> = {};
  let before: Item = {};
  for (const item of await watched.items()) {
    const [pk, sk] = [String(item['pk']), String(item['sk'])];
    if (pk.startsWith('INSTANCE#') || pk.startsWith('REGION#')) {
      // Versions rise by one from entry to entry, so no entry is missing or exists twice.
      expect(item['version']).toBe(before['pk'] === pk ? Number(before['version']) + 1 : 1);
      table[`${pk} ${item['version']}`] = pick(item, entryFields);
    } else if (sk === '!scan') table[sk] = { isHeld: 'holder' in item };
    else if (pk.startsWith('FLEET#')) table[`${pk} ${sk}`] = pick(item, stateFields);
    else if (pk.startsWith('GONE#')) table[`${pk} ${sk.replace(/#[^#]*$/, '')} ${item['arn']}`] = 'departed';
    before = item;
  }
  return { table, alerts: countAlerts(watched.alerts()) };
}

const stateFields = ['status', 'version', 'recorded', 'told', 'arn', 'rules', 'failure', 'pending'];
const entryFields = ['kind', 'arn', 'verdict', 'severity', 'opened', 'closed', 'rules', 'failure', 'alertId'];

function pick(item: Item, fields: readonly string[]): Item {
  return Object.fromEntries(fields.map((field) => [field, item[field]]));
}

/** Runs the sequence without a disturbance. */
export async function runUndisturbed(watched: WatchedAccount): Promise<Ending> {
  await prepareFleet(watched);
  changeFleet(watched);
  for (let scan = 1; scan <= depth({ quick: 1, full: 3 }); scan += 1) await watched.scan();
  return endingOf(watched);
}

const keyOf = ({ kind, instance, region, alertId }: Alert) => `${kind} ${region} ${instance?.name ?? ''} ${alertId}`;

function countAlerts(alerts: readonly Alert[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const alert of alerts) counts[keyOf(alert)] = (counts[keyOf(alert)] ?? 0) + 1;
  return counts;
}

/**
 * How often each alert will have been published at the end, computed from the present state: an unpublished alert once, and a published
 * alert once more if its latest state was not marked as alerted.
 */
export async function foreseeAlerts(watched: WatchedAccount, calm: Ending): Promise<Record<string, number>> {
  const counts = countAlerts(watched.alerts());
  const items = await watched.items();
  const waiting = items.filter(({ told, version }) => told !== version).map(({ sk }) => String(sk));
  return Object.fromEntries(
    Object.keys(calm.alerts).map((key) => {
      const [, region, name] = key.split(' ');
      const published = counts[key] ?? 0;
      const isWaiting = published === 0 || waiting.includes(`${region}#${name}`);
      return [key, published + Number(isWaiting)];
    }),
  );
}

export interface Trouble {
  title: string;
  at: 'lightsail' | 'dynamodb' | 'sns';
  /** In effect during one scan. */
  faults: FaultRule[];
  manner?: Partial<ScanManner>;
  /** True if an alert may be published twice: only if the outcome of a publish or of a mark is unknown or an error. */
  repeats?: true;
  /** True for a slow or unusual answer, or one that succeeds at the second attempt: the scan itself must complete all its work. */
  isHarmless?: true;
}

const undisturbed = { complete: true, instancesListed: 4, instancesRead: 4, alerts: 5 };

const isTroubled = ({ event }: ScanEvent) => /-failed$|^not-told$|-not-committed$/.test(event);

/** One disturbed scan and one or two undisturbed scans end in the same state as without a disturbance. */
export async function expectNothingLost(watched: WatchedAccount, calm: Ending, trouble: Trouble): Promise<void> {
  await prepareFleet(watched);
  changeFleet(watched);
  const standIn = watched.emulators[trouble.at];
  standIn.clearCalls();
  for (const fault of trouble.faults) standIn.addFault(fault);
  // If nothing could be done, the scan throws a clear error, and the next scan does the work.
  const report = await watched
    .scan(trouble.manner ?? {})
    .catch((error: unknown) => expect(error).toBeInstanceOf(Error));
  const isSpoilt = standIn.calls().some(({ outcome }) => outcome !== 200);
  const isStruck = isSpoilt || report === undefined || watched.events.some(isTroubled);
  standIn.clearFaults();
  // A correct answer with another content type has no effect.
  expect(isStruck || trouble.faults.some(({ kind }) => kind === 'content-type')).toBe(true);
  if (trouble.isHarmless) expect(report).toMatchObject(undisturbed);
  const foreseen = await foreseeAlerts(watched, calm);
  for (let scan = 1; scan <= depth({ quick: 1, full: 2 }); scan += 1) await watched.scan();
  const ending = await endingOf(watched);
  expect(ending.table).toEqual(calm.table);
  expect(ending.alerts).toEqual(foreseen);
  expect(Object.values(ending.alerts).some((count) => count > 1)).toBe(trouble.repeats === true);
}
