/**
 * The answers of the commands about an empty region that scans list less often: they are as old as the last listing, and there is no gap.
 */
import { afterEach, expect, jest, test } from '@jest/globals';
import { runFullScan } from '../../lambda/scan/full-scan.ts';
import { Monitor } from '../scan/monitor.ts';
import { sshFromAnywhere, sshFromOffice } from '../scan/samples.ts';
import { closeAfterTests } from '../support/close-after-tests.ts';
import { depth } from '../support/depth.ts';
import { startDeployedAccount } from './deployed-account.ts';

const at = (time: string) => `2026-11-23T${time}:00.000Z`;
const run = (...args: string[]) => deployed.run(...args, '--utc');
const ask = async (...args: string[]) => JSON.parse((await run(...args, '--json')).stdout);
const setNow = (time: string) => jest.spyOn(Date, 'now').mockReturnValue(Date.parse(at(time)));
const monitor = new Monitor('eu-west-1', 'us-east-1');

/** Runs a full scan that starts at each of these times. The clock of the monitor adds 1 ms at each reading. */
async function scanAt(...times: string[]): Promise<void> {
  for (const time of times) {
    monitor.now = Date.parse(at(time)) - 1;
    await runFullScan({ ...monitor.deps(), store: deployed.store }, monitor.now + 240_000);
  }
}

const deployed = await closeAfterTests(startDeployedAccount());
monitor.settings = { ...monitor.settings, emptyRegionsEveryMinutes: 20 };
monitor.world.set('eu-west-1', 'web-1', [sshFromOffice]);
monitor.world.set('us-east-1', 'old-1', [sshFromOffice]);
await scanAt('10:05');
monitor.world.delete('us-east-1', 'old-1');
await scanAt('10:10', '10:15');
monitor.world.set('us-east-1', 'new-1', [sshFromAnywhere]);
await scanAt('10:20');

afterEach(() => {
  jest.restoreAllMocks();
});

const sentence = '1 empty region was listed last at 2026-11-23 10:10:00 UTC: newer instances there are not known yet.';

test('status names the age of the listing, and no gap', async () => {
  setNow('10:21');
  const { code, stdout } = await run('status', '--exit-code', 'critical');
  expect(code).toBe(0);
  expect(stdout).toContain(`Last scan: 2026-11-23 10:20:00 UTC, 1 min ago. ${sentence}`);
  const { lastScan, regions } = await ask('status');
  const notDue = [{ region: 'us-east-1', listedAt: at('10:10') }];
  expect(lastScan).toEqual({ startedAt: at('10:20'), complete: true, regionsNotDue: notDue });
  expect(regions).toMatchObject([
    { region: 'eu-west-1', instances: 1, confirmedAt: at('10:20'), gap: null },
    { region: 'us-east-1', instances: 0, confirmedAt: at('10:10'), gap: null },
  ]);
});

test('exposed says with its answer that it is older there; a question about the past needs no such sentence', async () => {
  setNow('10:21');
  const { code, stdout } = await run('exposed', 'ssh', '--from', '203.0.113.7', '--exit-code');
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining(sentence) });
  expect(await ask('exposed', 'ssh')).toMatchObject({
    blindSpots: [],
    regionsNotDue: [{ region: 'us-east-1', listedAt: at('10:10') }],
  });
  expect((await run('exposed', 'ssh', '--at', '2026-11-23T10:12:00Z')).stdout).not.toContain('empty region');
});

test('at finds a deleted instance of the region, which is confirmed by the scan that listed the region', async () => {
  setNow('10:21');
  const { status, gap, confirmedBefore, confirmedAfter } = await ask('at', 'old-1', at('10:21'));
  expect({ status, gap, confirmedAfter }).toEqual({ status: 'gone', gap: null, confirmedAfter: null });
  expect(confirmedBefore.slice(0, 16)).toBe('2026-11-23T10:10');
});

test('P6: the instance that the next listing finds may have been there since the last one, and not before', async () => {
  await scanAt('10:25', '10:30');
  setNow('10:31');
  const openAt = async (time: string) =>
    (await ask('exposed', 'ssh', '--from', '203.0.113.7', '--at', at(time))).openings.map(
      (one: { instanceName: string; certainty: string }) => `${one.instanceName} ${one.certainty}`,
    );
  expect(await openAt('10:09')).toEqual([]);
  expect(await openAt('10:12')).toEqual(['new-1 either']);
  if (depth({ quick: false, full: true })) expect(await openAt('10:22')).toEqual(['new-1 either']);
  expect(await openAt('10:31')).toEqual(['new-1 open']);
  expect((await ask('status')).lastScan.regionsNotDue).toEqual([]);
  expect(await ask('at', 'old-1', at('10:22'))).toMatchObject({
    status: 'gone',
    gap: null,
    confirmedAfter: at('10:30'),
  });
});
