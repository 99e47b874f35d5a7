import { expect, test } from '@jest/globals';
import { type InstanceHistories, loadHistory } from '../../lambda/scan/instance-histories.ts';
import { startFullScan } from '../../lambda/scan/lease.ts';
import { at, knownInstance, webEntry } from './decide/samples.ts';
import { Monitor } from './monitor.ts';

test('a history that does not reach back to the instant is loaded again, and a longer one is not', async () => {
  const monitor = new Monitor('eu-west-1');
  const run = await startFullScan(monitor.deps(), monitor.now + 60_000);
  if (run === null) throw new Error('the lease is free');
  // So many entries that a load from 09:30 does not return the whole history.
  for (let minute = 1; minute <= 50; minute += 1) {
    await monitor.store.putEntry(webEntry(`09:${String(minute).padStart(2, '0')}`, { version: minute }));
  }
  const histories: InstanceHistories = new Map();
  const firstOf = async (from: string) => (await loadHistory(knownInstance, from, histories, run))?.entries[0]?.at;
  expect(await firstOf(at('09:30'))).toBe(at('09:30'));
  expect(await firstOf(at('09:40'))).toBe(at('09:30'));
  expect(await firstOf(at('09:30'))).toBe(at('09:30'));
  expect(await firstOf(at('09:10'))).toBe(at('09:10'));
});
