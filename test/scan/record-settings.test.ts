import { describe, expect, test } from '@jest/globals';
import { hashSettings } from '../../lambda/contract/settings-hash.ts';
import { account, Monitor } from './monitor.ts';
import { sshFromOffice } from './samples.ts';

const region = 'eu-west-1';
const writes = [
  ...(['takeLease', 'releaseLease', 'takeEventLease', 'releaseEventLease', 'commitState', 'markFailure'] as const),
  ...(['createState', 'putEntry', 'expireEntry', 'putAttribution', 'putDeparted', 'markRecorded'] as const),
  ...(['markAlerted', 'deleteState', 'putScan', 'saveCallState', 'recordSettings'] as const),
];

/** A monitor of one region with one instance, and the names of the writes to its table. */
function monitored(): { monitor: Monitor; written: string[] } {
  const monitor = new Monitor(region);
  monitor.world.set(region, 'web-1', [sshFromOffice]);
  const written: string[] = [];
  for (const name of writes) {
    const write = monitor.store[name].bind(monitor.store) as (...given: unknown[]) => Promise<never>;
    monitor.store[name] = (...given: unknown[]) => {
      written.push(name);
      return write(...given);
    };
  }
  return { monitor, written };
}

describe('the record of the settings', () => {
  test('is appended by the first scan, after the lease is acquired and before anything is read', async () => {
    const { monitor, written } = monitored();
    await monitor.scan();
    expect(written.slice(0, 3)).toEqual(['takeLease', 'recordSettings', 'commitState']);
    const hash = hashSettings(monitor.settings);
    const startedAt = monitor.store.scans[0]?.startedAt;
    expect(monitor.store.settings).toEqual([{ settings: monitor.settings, at: startedAt, hash }]);
    expect(monitor.store.leases.get(account)).toMatchObject({ settingsHash: hash });
  });

  test('costs an unchanged scan nothing: it writes the lease, the record of the scan, and the lease again', async () => {
    const { monitor, written } = monitored();
    await monitor.scan();
    written.length = 0;
    await monitor.scan();
    expect(written).toEqual(['takeLease', 'putScan', 'releaseLease']);
  });

  test('costs one write more after a setting changed', async () => {
    const { monitor, written } = monitored();
    await monitor.scan();
    monitor.settings = { ...monitor.settings, alertFrom: 'high' };
    written.length = 0;
    await monitor.scan();
    expect(written).toEqual(['takeLease', 'recordSettings', 'putScan', 'releaseLease']);
    expect(monitor.store.settings.map(({ settings }) => settings.alertFrom)).toEqual(['low', 'high']);
    written.length = 0;
    await monitor.scan();
    expect(written).toEqual(['takeLease', 'putScan', 'releaseLease']);
  });

  test('is appended again if the scan dies before it returns the lease', async () => {
    const { monitor } = monitored();
    const releaseLease = monitor.store.releaseLease;
    monitor.store.releaseLease = () => Promise.reject(new Error('the process dies here'));
    await monitor.scan();
    monitor.store.releaseLease = releaseLease;
    monitor.now += 300_000;
    await monitor.scan();
    await monitor.scan();
    const hash = hashSettings(monitor.settings);
    expect(monitor.store.settings.map((record) => record.hash)).toEqual([hash, hash]);
  });

  test('is tried again by the next scan if the table refuses it, and the scan does not fail', async () => {
    const { monitor } = monitored();
    const recordSettings = monitor.store.recordSettings;
    monitor.store.recordSettings = () => Promise.reject(new Error('the table did not answer'));
    expect(await monitor.scan()).toMatchObject({ complete: true, instancesRead: 1, alerts: 1 });
    expect(monitor.events).toContainEqual(
      expect.objectContaining({ event: 'bookkeeping-failed', step: 'record the settings' }),
    );
    expect(monitor.store.leases.get(account)).toMatchObject({ settingsHash: null });
    monitor.store.recordSettings = recordSettings;
    await monitor.scan();
    expect(monitor.store.settings).toHaveLength(1);
  });
});
