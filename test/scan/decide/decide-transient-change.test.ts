import { expect, test } from '@jest/globals';
import type { Approval } from '../../../lambda/approvals/approval.ts';
import type { ScanSettings } from '../../../lambda/contract/settings-schema.ts';
import type { Reach } from '../../../lambda/firewall/index.ts';
import type { TransientChangeOnInstance } from '../../../lambda/scan/decide/decide-instance-transients.ts';
import { decideTransientChange } from '../../../lambda/scan/decide/decide-transient-change.ts';
import { approvalOf } from '../../approvals/approval-of.ts';
import { someFacts } from '../samples.ts';
import { at, contextOf, describeDecision, knownInstance, lastScan, noApprovals, now } from './samples.ts';

/** SSH was open to the world from 10:11 to 10:13. */
const transient: TransientChangeOnInstance = {
  fit: 'explained',
  from: at('10:11'),
  until: at('10:13'),
  opened: [{ protocol: 'tcp', from: 22, to: 22, sources: ['0.0.0.0/0'] }],
  closed: [],
  notes: [],
  severity: 'critical',
  reason: 'tcp 22 (SSH) was open to anywhere',
  calls: [],
  instance: someFacts,
  reach: { before: [], during: [{ protocol: 'tcp', from: 22, to: 22, sources: ['0.0.0.0/0'] }] },
};
const unknown: TransientChangeOnInstance = { ...transient, fit: 'not-explained', opened: [], severity: 'medium' };
const expected = [{ instance: 'web-*', reason: 'audit' }];
const expectedUntil = (until: string) => [{ instance: 'web-*', reason: 'audit', until }];
const critical = 'critical: tcp 22 (SSH) was open to anywhere';

test.each<[string, TransientChangeOnInstance, ScanSettings['expected'], string]>([
  ['explained', transient, [], critical],
  ['explained and expected', transient, expected, 'info: expected: audit'],
  ['explained, and expected for another instance', transient, [{ instance: 'db-*', reason: 'audit' }], critical],
  ['explained, and expected until its end', transient, expectedUntil(at('10:13')), 'info: expected: audit'],
  ['explained, and expected until before its end', transient, expectedUntil('2026-11-23T10:12:59.999Z'), critical],
  ['not explained, so never expected', unknown, expected, 'medium: tcp 22 (SSH) was open to anywhere'],
])('%s', (_, change, expectedChanges, rating) => {
  const context = contextOf(lastScan, { expected: expectedChanges });
  expect(describeDecision(decideTransientChange(knownInstance, change, noApprovals, context, now))).toEqual([
    'commit after 3: flapped, 10:11 to 10:13, rules before 09:00',
    rating,
    'known 4, rules 09:00, first 08:00, seen 08:59',
  ]);
});

const office = approvalOf({ exposure: transient.opened, until: at('10:13') });
test.each<[string, TransientChangeOnInstance, Approval, string]>([
  ['explained and approved', transient, office, 'info: approved: the office'],
  [
    'explained, and approved until before its end',
    transient,
    { ...office, until: '2026-11-23T10:12:59.999Z' },
    critical,
  ],
  ['explained, and approved for another instance', transient, { ...office, arn: 'another' }, critical],
  [
    'not explained, so never approved',
    { ...unknown, opened: transient.opened },
    office,
    'medium: tcp 22 (SSH) was open to anywhere',
  ],
])('%s', (_, change, approval, rating) => {
  const approvals = { approvals: [approval], isComplete: true, unreadable: [] };
  const [, rated] = describeDecision(decideTransientChange(knownInstance, change, approvals, contextOf(), now));
  expect(rated).toBe(rating);
});

const port = (from: number, ...sources: string[]): Reach => ({ protocol: 'tcp', from, to: from, sources });
const [ssh, web, host] = [port(22, '0.0.0.0/0'), port(80, '0.0.0.0/0'), port(8080, '198.51.100.7/32')] as const;
const [lowerHalf, upperHalf] = [port(22, '0.0.0.0/1'), port(22, '128.0.0.0/1')] as const;

test.each<[string, Partial<TransientChangeOnInstance>, Reach, string]>([
  [
    'what opened: the rest decides',
    { opened: [ssh, host], reach: { before: [web], during: [ssh, web, host] } },
    ssh,
    'low: tcp 8080 was open to one public host, for 2 minutes',
  ],
  [
    'what opened, next to what is approved and stays open: the approved half of the world makes the rest no whole world',
    { opened: [upperHalf], reach: { before: [lowerHalf], during: [ssh] } },
    lowerHalf,
    'high: tcp 22 (SSH) was open to a very wide public network, for 2 minutes',
  ],
  [
    'what opened as a whole, and what closed is not approved: it decides, by everything that was open meanwhile',
    { opened: [ssh], closed: [web], reach: { before: [web], during: [ssh] } },
    ssh,
    'medium: tcp 80 (HTTP) was closed to everyone: a site may have been down, for 2 minutes',
  ],
])('P5: the severity is that of the unapproved part of %s', (_, change, exposure, rating) => {
  const approvals = { approvals: [approvalOf({ exposure: [exposure] })], isComplete: true, unreadable: [] };
  const decision = decideTransientChange(knownInstance, { ...transient, ...change }, approvals, contextOf(), now);
  expect(describeDecision(decision)[1]).toBe(rating);
});

test('the entry holds the calls, and the latest state keeps its rules', () => {
  const decision = decideTransientChange(knownInstance, transient, noApprovals, contextOf(), now);
  expect(decision).toMatchObject({
    expected: 3,
    commit: {
      rules: knownInstance.rules,
      lastAt: '2026-11-23T10:15:01.000Z',
      pending: {
        at: '2026-11-23T10:15:01.000Z',
        rules: null,
        opened: transient.opened,
        changedBy: { calls: [], fit: 'explained', foundBy: 'lookup', foundAt: '2026-11-23T10:15:01.000Z' },
      },
    },
  });
  expect(decision).not.toHaveProperty('commit.alerted');
  expect(decision).not.toHaveProperty('commit.recorded');
});
