import { expect, test } from '@jest/globals';
import { listReads } from '../../lambda/attribution/list-reads.ts';
import type { PortState } from '../../lambda/firewall/index.ts';
import { buildChange, buildEntry, http, instance, sshToWorld } from '../alerts/fixtures.ts';

const today = (time: string) => `2026-11-23T${time}.000Z`;
const { arn } = instance;

test('reads come from entries and from the scans that confirmed them', () => {
  const scans = ['10:00:00', '10:05:00', '10:10:00', '10:15:00'].map((time) => ({
    startedAt: today(time),
    endedAt: today(time.replace(/00$/, '20')),
  }));
  const first = buildEntry({ kind: 'appeared', at: today('10:00:10'), rules: [http] });
  const transient = buildEntry({ kind: 'flapped', at: today('10:06:00'), rules: null });
  const change = buildChange([http], [sshToWorld], { at: today('10:10:10') });
  const reads = listReads([first, transient, change], null, scans);
  const firewall = (rules: PortState[]) => ({ rules, ipAddressType: 'dualstack' });
  expect(reads).toEqual([
    { from: today('10:00:00'), until: today('10:00:10'), arn, firewall: firewall([http]) },
    { from: today('10:05:00'), until: today('10:05:20'), arn, firewall: firewall([http]) },
    { from: today('10:10:00'), until: today('10:10:10'), arn, firewall: firewall([sshToWorld]) },
    { from: today('10:15:00'), until: today('10:15:20'), arn, firewall: firewall([sshToWorld]) },
  ]);
});

test('the read of an entry without a scan lies within the minute before the entry, and a gone instance is not read', () => {
  const change = buildChange([http], [sshToWorld], { at: today('10:10:10') });
  const gone = buildEntry({ kind: 'gone', at: today('10:12:00') });
  const scan = { startedAt: today('10:15:00'), endedAt: today('10:15:20') };
  expect(listReads([change, gone], null, [scan])).toMatchObject([
    { from: today('10:09:10'), until: today('10:10:10') },
  ]);
});

test('a scan that begins or ends with the very instant of an entry is no further read', () => {
  const first = buildEntry({ kind: 'appeared', at: today('10:00:10'), rules: [http] });
  const change = buildChange([http], [sshToWorld], { at: today('10:10:10') });
  const scans = [
    { startedAt: today('10:00:10'), endedAt: today('10:00:20') },
    { startedAt: today('10:10:00'), endedAt: today('10:10:10') },
  ];
  expect(listReads([first, change], null, scans).map(({ until }) => until)).toEqual([
    today('10:00:10'),
    today('10:10:10'),
  ]);
});

test('after a first entry without rules, reads found the firewall before that entry', () => {
  const gap = buildEntry({ kind: 'gap', at: today('10:10:10') });
  const over = buildEntry({ kind: 'gap-over', at: today('10:20:10') });
  const before = { rules: [http], ipAddressType: 'dualstack' };
  expect(listReads([gap, over], before, [])).toMatchObject([{ until: today('10:20:10'), firewall: before }]);
  expect(listReads([], before, [])).toEqual([]);
});

test('the scans may come in any order', () => {
  const first = buildEntry({ kind: 'appeared', at: today('10:00:10'), rules: [http] });
  const scans = ['10:10:00', '10:00:00', '10:15:00', '10:05:00'].map((time) => ({
    startedAt: today(time),
    endedAt: today(time.replace(/00$/, '20')),
  }));
  const reads = listReads([first], null, scans);
  expect(reads.map(({ from }) => from)).toEqual(['10:00:00', '10:05:00', '10:10:00', '10:15:00'].map(today));
  expect(scans[0]?.startedAt).toBe(today('10:10:00'));
});

test('a read at the very start or end of a scan belongs to that scan', () => {
  const entryAt = (time: string) => buildEntry({ kind: 'appeared', at: today(time), rules: [http] });
  const scan = { startedAt: today('10:00:00'), endedAt: today('10:00:20') };
  const fromOf = (time: string) => listReads([entryAt(time)], null, [scan])[0]?.from;
  expect(fromOf('10:00:00')).toBe(today('10:00:00'));
  expect(fromOf('10:00:20')).toBe(today('10:00:00'));
  expect(fromOf('10:00:21')).toBe(today('09:59:21'));
});

test('a transient change is no read, and does not end the time of the entry before it', () => {
  const first = buildEntry({ kind: 'appeared', at: today('10:00:10'), rules: [http] });
  const transient = buildEntry({ kind: 'flapped', at: today('10:05:10'), instance: null });
  // This scan began before the entry of the transient change, and ended after it.
  const scan = { startedAt: today('10:05:00'), endedAt: today('10:05:20') };
  expect(listReads([first, transient], null, [scan])).toMatchObject([
    { until: today('10:00:10') },
    { from: today('10:05:00'), until: today('10:05:20'), arn },
  ]);
});

test('a transient change as the first entry is where the known history begins', () => {
  const transient = buildEntry({ kind: 'flapped', at: today('10:05:10') });
  const before = { rules: [http], ipAddressType: 'dualstack' };
  const scans = ['10:00:00', '10:05:00', '10:10:00'].map((time) => ({
    startedAt: today(time),
    endedAt: today(time.replace(/00$/, '20')),
  }));
  expect(listReads([transient], before, scans)).toEqual([
    { from: today('10:10:00'), until: today('10:10:20'), arn, firewall: before },
  ]);
});

test('an entry of a gap is no read, also between entries that are', () => {
  const first = buildEntry({ kind: 'appeared', at: today('10:00:10'), rules: [http] });
  const gap = buildEntry({ kind: 'gap', at: today('10:05:10') });
  const over = buildEntry({ kind: 'gap-over', at: today('10:20:10') });
  expect(listReads([first, gap, over], null, []).map(({ until }) => until)).toEqual([
    today('10:00:10'),
    today('10:20:10'),
  ]);
});
