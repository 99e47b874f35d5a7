/** Items that can't be read, and endless events: the damage affects one resource, is alerted, and stops nothing else. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { httpFromAnywhere, sshFromAnywhere, sshFromOffice } from '../scan/samples.ts';
import { closeAfterTests } from '../support/close-after-tests.ts';
import { account, DeployedMonitor, region } from '../support/deployed-monitor.ts';
import { depth } from '../support/depth.ts';

const fleet = `FLEET#${account}`;
const historyOf = (name: string) => `INSTANCE#${account}#${region}#${name}`;

const monitor = await closeAfterTests(DeployedMonitor.start());
for (const name of ['web-1', 'web-2', 'web-3'])
  monitor.emulators.lightsail.addInstance({ region, name, portStates: [sshFromOffice] });
await monitor.scan();

afterEach(() => monitor.emulators.sns.clearFaults());

type Item = Record<string, unknown>;

async function itemAt(pk: string, sk: string): Promise<Item> {
  const found = (await monitor.items(pk)).find((item) => item['sk'] === sk);
  if (found === undefined) throw new Error(`no item ${pk} / ${sk}`);
  return found;
}

/** Writes a damaged item, runs the test, and restores the correct item. Fails the test if the product wrote the item. */
async function whilePoisoned(pk: string, sk: string, poison: Item, action: () => Promise<void>): Promise<void> {
  const sound = await itemAt(pk, sk);
  const poisoned = { ...sound, ...poison };
  await monitor.put(poisoned);
  await action();
  expect(await itemAt(pk, sk)).toEqual(poisoned);
  await monitor.put(sound);
}

let changes = 0;

/** Sets a different firewall at each call, for an instance without damage. */
function changeSoundInstance(): void {
  changes += 1;
  const portStates = [changes % 2 === 0 ? sshFromOffice : sshFromAnywhere];
  monitor.emulators.lightsail.setPortStates({ region, name: 'web-3', portStates });
}

const told = async () =>
  (await monitor.digestsOfScan()).flatMap(({ digest }) =>
    digest.alerts.map(({ kind, instance }) => `${kind} ${instance?.name ?? ''}`),
  );

const errorsLogged = () =>
  monitor
    .log()
    .filter(({ level }) => level === 'ERROR')
    .map(({ message, key, problem, step, error }) => ({ message, key, problem, step, error }));

describe('P5: a latest state that can not be read', () => {
  const damages: [string, Item, string][] = [
    ['of a future version', { schema: 2, somethingNew: true }, 'has schema 2, this version of Portwatch reads 1 to 1'],
    ['without a schema', { schema: null }, 'has schema null'],
    ['with a version that is text', { version: 'three' }, 'version: '],
    ['with a pack that is none', { packed: new Uint8Array([1, 2, 3]) }, 'can not be unpacked'],
    ['told further than it is recorded', { told: 99 }, 'expected told <= recorded <= version <= recorded + 1'],
    ['far beyond what is recorded', { version: 7 }, 'expected told <= recorded <= version <= recorded + 1'],
    ['with nothing pending to be recorded', { version: 2 }, 'expected the entry that is not yet recorded in pending'],
    ['with an instant that is none', { lastAt: 'yesterday' }, 'lastAt: '],
  ];

  /** The quick cases are every second one; test/adapters/items/state-item.test.ts has further ones. */
  test.each(damages.filter((_, index) => index % depth({ quick: 2, full: 1 }) === 0))(
    '%s: the item is not changed, and is counted and named; the other changes are alerted',
    async (_, poison, problem) => {
      await whilePoisoned(fleet, `${region}#web-1`, poison, async () => {
        monitor.emulators.lightsail.setPortStates({ region, name: 'web-1', portStates: [httpFromAnywhere] });
        changeSoundInstance();
        expect(await told()).toEqual(['firewall-changed web-3']);
        expect(monitor.metrics()).toMatchObject({ CompleteScans: 1, OpenGaps: 1, OldestUntoldAlertAge: 0 });
        expect(errorsLogged()).toContainEqual(
          expect.objectContaining({
            message: 'item-refused',
            key: `${region}#web-1`,
            problem: expect.stringContaining(problem),
          }),
        );
        const scans = await monitor.items(`SCANS#${account}`);
        expect(scans.at(-1)).toMatchObject({ instancesListed: 3, instancesRead: 2, notRead: [`${region}#web-1`] });
      });
    },
  );

  test('after a person has repaired the item, the changes since then are alerted', async () => {
    expect(await told()).toEqual(['firewall-changed web-1']);
    expect(monitor.metrics()).toMatchObject({ OpenGaps: 0 });
  });

  test('of a region: new instances there are alerted, and a failed listing makes the scan incomplete', async () => {
    await whilePoisoned(fleet, `${region}#`, { schema: 2 }, async () => {
      monitor.emulators.lightsail.addInstance({ region, name: 'web-4', portStates: [sshFromAnywhere] });
      expect(await told()).toEqual(['instance-appeared web-4']);
      expect(monitor.metrics()).toMatchObject({ CompleteScans: 1, OpenGaps: 1 });
      const name = 'AccessDeniedException';
      monitor.emulators.lightsail.addFault({ kind: 'error', operation: 'GetInstances', region, name });
      expect(await monitor.scan()).toMatchObject({ complete: false });
      monitor.emulators.lightsail.clearFaults();
    });
  });
});

describe('P3, P5: an entry that can not be read', () => {
  test('not yet alerted: the others are alerted, its age is counted, and it is alerted after the repair', async () => {
    const name = 'AuthorizationErrorException';
    monitor.emulators.sns.addFault({ kind: 'error', operation: 'Publish', name, status: 403 });
    monitor.emulators.lightsail.setPortStates({ region, name: 'web-2', portStates: [sshFromAnywhere] });
    await monitor.scan();
    monitor.emulators.sns.clearFaults();
    const entry = (await monitor.items(historyOf('web-2'))).at(-1);
    await whilePoisoned(historyOf('web-2'), String(entry?.['sk']), { opened: 'everything' }, async () => {
      changeSoundInstance();
      expect(await told()).toEqual(['firewall-changed web-3']);
      expect(monitor.metrics()).toMatchObject({ OpenGaps: 1 });
      expect(Number(monitor.metrics()['OldestUntoldAlertAge'])).toBeGreaterThan(0);
      expect(JSON.stringify(errorsLogged())).toContain(
        `item ${historyOf('web-2')} / ${String(entry?.['sk'])} can not be read: opened: `,
      );
    });
    expect(await told()).toEqual(['firewall-changed web-2']);
    expect(monitor.metrics()).toMatchObject({ OpenGaps: 0, OldestUntoldAlertAge: 0 });
  });

  test('the one before a change: the change is alerted, without the restore command', async () => {
    const before = (await monitor.items(historyOf('web-2'))).at(-1);
    await whilePoisoned(historyOf('web-2'), String(before?.['sk']), { rules: 'none' }, async () => {
      monitor.emulators.lightsail.setPortStates({ region, name: 'web-2', portStates: [httpFromAnywhere] });
      const [sent] = await monitor.digestsOfScan();
      expect(sent?.digest.alerts).toMatchObject([
        {
          kind: 'firewall-changed',
          verdict: 'mixed',
          rulesBefore: null,
          restoreCommand: null,
          restoreNote: 'the rules before the change are not known',
        },
      ]);
      expect(JSON.stringify(errorsLogged())).toContain('load the entry before ');
    });
  });
});

describe('the lease', () => {
  test('held until the year 9999: every scan is skipped and writes no metric, because the alarm starts without data', async () => {
    const leaseUntil = '9999-12-31T23:59:59.999Z';
    await whilePoisoned(fleet, '!scan', { holder: 'somebody', leaseUntil }, async () => {
      expect(await monitor.scan()).toMatchObject({ skipped: true, complete: false });
      expect(monitor.metrics()).toEqual({});
    });
  });

  test('with an invalid summary: the scan continues without it', async () => {
    const lease = await itemAt(fleet, '!scan');
    await monitor.put({ ...lease, lastScan: { regionsListed: 'all' } });
    changeSoundInstance();
    expect(await told()).toEqual(['firewall-changed web-3']);
  });

  test('with an invalid number: the scan fails, and the error has the reason', async () => {
    await whilePoisoned(fleet, '!scan', { scanNumber: 'many' }, async () => {
      await expect(monitor.scan()).rejects.toThrow(/operand|type/i);
      expect(JSON.stringify(errorsLogged())).toContain('the scan failed');
    });
    expect(await monitor.scan()).toMatchObject({ complete: true });
  });
});

describe('an event that comes a thousand times', () => {
  test('while a scan has the lease: every one is skipped, reads nothing and writes nothing', async () => {
    const until = new Date(Date.now() + 600_000).toISOString();
    await whilePoisoned(fleet, '!scan', { holder: 'the scan that runs', leaseUntil: until }, async () => {
      const { lightsail, sns, dynamodb } = monitor.emulators;
      for (const emulator of [lightsail, sns, dynamodb]) emulator.clearCalls();
      const before = await monitor.items(fleet);
      for (let batch = 0; batch < depth({ quick: 1, full: 20 }); batch += 1) {
        const results = await Promise.all(Array.from({ length: depth({ quick: 10, full: 50 }) }, () => monitor.scan()));
        expect(results.every(({ skipped }) => skipped)).toBe(true);
      }
      expect([...lightsail.calls(), ...sns.calls()]).toEqual([]);
      const operations = new Set(dynamodb.calls().map(({ operation }) => operation));
      expect([...operations].sort()).toEqual(['Query', 'UpdateItem']);
      expect(await monitor.items(fleet)).toEqual(before);
    });
  });

  test('one after the other on an unchanged fleet: no alert is sent', async () => {
    for (let times = 0; times < depth({ quick: 2, full: 20 }); times += 1)
      expect(await monitor.scan()).toMatchObject({ alerts: 0 });
  });
});
