/** The answers of the commands on a machine whose clock differs from the clock of AWS. */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { ClockError, refuseWrongClock } from '../../cli/refuse-wrong-clock.ts';
import { type LightsailEmulator, startLightsailEmulator } from '../../emulators/lightsail.ts';
import { settingsKey } from '../../lambda/contract/table-keys.ts';
import type { Resource } from '../../lambda/history/entry.ts';
import { toInstant } from '../../lambda/history/instants.ts';
import { baselineOf, entryOf, saveEntry } from '../scan/entries.ts';
import { httpFromAnywhere, sshFromAnywhere } from '../scan/samples.ts';
import { saveNewestScan, scanRecordOf } from '../scan/scan-records.ts';
import { closeAfterTests } from '../support/close-after-tests.ts';
import { setAwsClock, withMachineClock } from './aws-clock.ts';
import { account, startDeployedAccount } from './deployed-account.ts';
import { runCli } from './run-cli.ts';

const hour = 3_600_000;
const machineNow = Date.now();
const awsNow = machineNow + hour;
const resource: Resource = { account, region: 'eu-west-1', instanceName: 'late-1' };
const foundAt = toInstant(awsNow - 20 * 60_000);
const deployed = await closeAfterTests(startDeployedAccount());

describe('P6: on a machine whose clock is an hour behind', () => {
  beforeAll(async () => {
    setAwsClock(hour);
    const whole = baselineOf({ ...resource, instanceName: null }, toInstant(awsNow - 2 * hour), null);
    await saveEntry(deployed.store, whole);
    const first = baselineOf(resource, toInstant(awsNow - 2 * hour), [httpFromAnywhere]);
    await deployed.store.putEntry(first);
    const rules = [httpFromAnywhere, sshFromAnywhere];
    const found = entryOf(resource, 2, foundAt, { rules, changedAfter: first.at, changedBefore: foundAt });
    await saveEntry(deployed.store, found, { firstSeenAt: first.at });
    await saveNewestScan(deployed.store, scanRecordOf(account, foundAt));
  });

  afterAll(() => {
    jest.restoreAllMocks();
  });

  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await withMachineClock(() => deployed.run(...args, '--json'));
    return { code, stderr, answer: JSON.parse(stdout) };
  };
  // The answer that shows the time of AWS may take some seconds.
  const said = expect.stringMatching(/^The clock of this machine is (59|60) min behind the clock of AWS\. /);

  test('history and at show the newest change, and say that the clock differs', async () => {
    const [history, state] = await Promise.all([run('history', 'late-1'), run('at', 'late-1', 'now')]);
    expect([history.code, history.stderr, state.stderr]).toEqual([0, said, said]);
    expect(history.answer.changes[0]).toMatchObject({ at: foundAt, kind: 'changed' });
    expect(state.answer.since).toBe(foundAt);
  });

  test.each([
    ['at', 'late-1', toInstant(awsNow - 30 * 60_000)],
    ['diff', 'late-1', toInstant(awsNow - hour), toInstant(awsNow - 30 * 60_000)],
    ['exposed', 'ssh', '--between', toInstant(awsNow - hour), toInstant(awsNow - 30 * 60_000)],
  ])('%s knows a time that this machine takes for the future', async (...args) => {
    const { code, stderr } = await run(...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: said });
  });

  test('an approval begins now by the clock of AWS', async () => {
    const { stderr, answer } = await run('approve', 'late-1', '22', '--from', 'anywhere', '--reason', 'for a test');
    expect(stderr).toEqual(said);
    expect(Date.parse(answer.approvals[0].from)).toBeGreaterThanOrEqual(awsNow);
  });
});

describe('P6: on a machine whose clock is three days ahead', () => {
  const ahead = 3 * 24 * hour;
  let lightsail: LightsailEmulator;
  const own: Resource = { account, region: 'eu-west-1', instanceName: 'kept-1' };
  const now = machineNow - ahead;

  beforeAll(async () => {
    lightsail = await startLightsailEmulator({ account, regions: ['eu-west-1'] });
    setAwsClock(-ahead);
    const settingsAt = toInstant(now - 10 * hour);
    await deployed.put({ ...settingsKey(account, settingsAt), schema: 1, hash: 'a', settings: { keepHistoryDays: 2 } });
    await saveEntry(deployed.store, baselineOf({ ...own, instanceName: null }, toInstant(now - 6 * hour), null));
    await saveEntry(deployed.store, baselineOf(own, toInstant(now - 6 * hour), [httpFromAnywhere]));
    for (const hoursAgo of [3, 1])
      await saveNewestScan(deployed.store, scanRecordOf(account, toInstant(now - hoursAgo * hour)));
  });

  afterAll(async () => {
    jest.restoreAllMocks();
    await lightsail.close();
  });

  test('no note counts as expired that AWS still has, and scan and report have the time of AWS', async () => {
    const env = { ...deployed.environment, AWS_ENDPOINT_URL_LIGHTSAIL: lightsail.url };
    const state = await withMachineClock(() => deployed.run('at', 'kept-1', toInstant(now - 4 * hour), '--json'));
    const scan = await withMachineClock(() => runCli(['scan', '--json'], env));
    const said = expect.stringMatching(/^The clock of this machine is 43(19|20) min ahead of the clock of AWS\. /);
    expect(JSON.parse(state.stdout)).toMatchObject({ status: 'known', gap: null });
    expect([state.stderr, scan.stderr]).toEqual([said, said]);
    expect(Math.abs(Date.parse(JSON.parse(scan.stdout).accounts[0].scannedAt) - now)).toBeLessThan(hour);
  });
});

test.each([
  [0, 0, null],
  [1_999, 0, null],
  [2_000, 0, 'The clock of this machine is 3 seconds behind the clock of AWS'],
  [hour, 0, 'The clock of this machine is 60 min behind the clock of AWS'],
  // The second run, with the time of AWS.
  [hour, hour + 1_000, null],
  // An answer that took a minute looks like a clock that is ahead.
  [-59_999, 0, null],
  [-10 * 60_000, 0, 'The clock of this machine is 10 min ahead of the clock of AWS'],
])('AWS differs by %d ms, and the command adds %d ms: %s', (measured, clockOffsetMs, message) => {
  const check = () => refuseWrongClock(measured, { clockOffsetMs });
  if (message === null) expect(check).not.toThrow();
  else expect(check).toThrow(new ClockError(measured + 1_000));
  if (message !== null) expect(check).toThrow(message);
});
