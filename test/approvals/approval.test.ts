import { describe, expect, test } from '@jest/globals';
import { type Approval, isAbout, listApprovalsFor, phaseOf } from '../../lambda/approvals/approval.ts';
import { configuredApprovals } from '../../lambda/approvals/configured-approvals.ts';
import { findApprovalProblems } from '../../lambda/approvals/find-approval-problems.ts';
import { approvalOf } from './approval-of.ts';

const arn = 'arn:aws:lightsail:eu-west-1:111122223333:Instance/web-1-guid';
const web1 = { account: '111122223333', region: 'eu-west-1', instanceName: 'web-1', arn };
const revoked = { at: '2026-11-10T00:00:00.000Z', by: 'bob', reason: null };

describe('an approval', () => {
  test.each<[string, Partial<Approval>, string]>([
    ['2026-10-31T23:59:59.999Z', {}, 'planned'],
    ['2026-11-01T00:00:00.000Z', {}, 'in-force'],
    ['2026-11-05T00:00:00.000Z', { from: null }, 'in-force'],
    ['2026-11-05T00:00:00.000Z', { until: '2026-11-05T00:00:00.000Z' }, 'in-force'],
    ['2026-11-05T00:00:00.001Z', { until: '2026-11-05T00:00:00.000Z' }, 'ended'],
    ['2026-11-09T23:59:59.999Z', { revoked }, 'in-force'],
    ['2026-11-10T00:00:00.000Z', { revoked }, 'revoked'],
    ['2026-11-20T00:00:00.000Z', { revoked, until: '2026-11-05T00:00:00.000Z' }, 'revoked'],
    // A time that cannot be read approves nothing.
    ['2026-11-05T00:00:00.000Z', { until: 'soon' }, 'ended'],
    ['2026-11-05T00:00:00.000Z', { from: 'soon' }, 'planned'],
    ['2026-11-05T00:00:00.000Z', { revoked: { ...revoked, at: 'soon' } }, 'revoked'],
  ])('at %s with %j is %s', (at, fields, phase) => {
    expect(phaseOf(approvalOf(fields), at)).toBe(phase);
  });

  test.each<[Partial<Approval>, boolean]>([
    [{}, true],
    [{ instance: 'web-*' }, true],
    [{ instance: 'db-*' }, false],
    [{ region: 'us-east-1' }, false],
    [{ account: '999999999999' }, false],
    [{ arn }, true],
    [{ arn: `${arn}-2` }, false],
    [{ instance: 'web-1', arn: `${arn}-2` }, false],
  ])('with %j is about web-1: %s', (fields, expected) => {
    expect(isAbout(approvalOf(fields), web1)).toBe(expected);
  });

  test('that is bound to an ARN is not about an instance that was listed without one', () => {
    expect(isAbout(approvalOf({ arn }), { ...web1, arn: null })).toBe(false);
  });

  test('holds if it is in force and about the instance', () => {
    const held = approvalOf({ id: 'held' });
    const others = [approvalOf({ instance: 'db-*' }), approvalOf({ until: '2026-11-02T00:00:00.000Z' })];
    expect(listApprovalsFor(web1, [...others, held], '2026-11-05T00:00:00.000Z')).toEqual([held]);
  });
});

describe('the problems of an approval', () => {
  const now = '2026-11-23T10:00:00.000Z';
  const world = [{ protocol: 'tcp' as const, from: 443, to: 443, sources: ['0.0.0.0/0'] }];
  const problemsOf = (fields: Partial<Approval>, isAnyway = false) =>
    findApprovalProblems(approvalOf(fields), { isAnyway, now }).map(({ field, problem }) => `${field}: ${problem}`);

  test('are none for an approval that can be made', () => {
    expect(problemsOf({ until: '2027-01-31T23:59:59.999Z' })).toEqual([]);
    expect(problemsOf({ arn, region: 'eu-west-1', account: '111122223333' })).toEqual([]);
    expect(problemsOf({ instance: 'web-*', exposure: world })).toEqual([]);
    expect(problemsOf({ exposure: world }, true)).toEqual([]);
  });

  test('are all found at once', () => {
    const fields = {
      arn,
      region: 'us-east-1',
      account: '999999999999',
      exposure: [],
      until: '2026-10-01T00:00:00.000Z',
    };
    expect(problemsOf(fields)).toEqual([
      'region: the instance of this ARN is in eu-west-1, not in us-east-1',
      'account: the instance of this ARN is in account 111122223333, not in 999999999999',
      'exposure: it approves nothing',
      'until: it ends on 2026-10-01T00:00:00.000Z, before it begins on 2026-11-01T00:00:00.000Z',
    ]);
  });

  test.each<[Partial<Approval>, string]>([
    [{ until: '2026-11-22T23:59:59.999Z' }, 'until: it ended on 2026-11-22T23:59:59.999Z, in the past'],
    [{ arn: 'web-1' }, 'arn: it is not the ARN of a Lightsail instance'],
    [{ exposure: world }, 'anyway: it approves the whole internet for all instances'],
    [{ exposure: world, instance: '*' }, 'anyway: it approves the whole internet for all instances'],
    [
      { exposure: world, instance: '?*', region: 'eu-west-1' },
      'anyway: it approves the whole internet for all instances',
    ],
    [
      { exposure: [{ ...world[0]!, sources: ['0.0.0.0/1', '128.0.0.0/1'] }] },
      'anyway: it approves the whole internet for all instances',
    ],
  ])('%j: %s', (fields, problem) => {
    expect(problemsOf(fields)).toEqual([problem]);
  });
});

describe('approvals of the configuration', () => {
  const office = { protocol: 'tcp', ports: [{ from: 22, to: 22 }], sources: ['198.51.100.0/24'], reason: 'the office' };

  test('are read: the product of protocols, ports and sources; days begin at midnight and count until they end, in UTC', () => {
    const [approval] = configuredApprovals([
      {
        instance: 'web-*',
        protocol: 'tcp',
        ports: [
          { from: 80, to: 80 },
          { from: 443, to: 443 },
        ],
        sources: ['anywhere', 'lightsail-connect'],
        reason: 'the site',
        from: '2026-12-01',
        until: '2027-01-31',
      },
    ]);
    const sources = ['0.0.0.0/0', '::/0', 'alias:lightsail-connect'];
    expect(approval).toEqual({
      id: expect.stringMatching(/^c-[0-9a-f]{10}$/),
      origin: 'configuration',
      instance: 'web-*',
      region: null,
      account: null,
      arn: null,
      exposure: [
        { protocol: 'tcp', from: 80, to: 80, sources },
        { protocol: 'tcp', from: 443, to: 443, sources },
      ],
      reason: 'the site',
      by: 'the configuration',
      from: '2026-12-01T00:00:00.000Z',
      until: '2027-01-31T23:59:59.999Z',
      revoked: null,
    });
  });

  test('of all protocols approve every known protocol and no unknown one', () => {
    const [approval] = configuredApprovals([{ ...office, protocol: 'all', ports: undefined }]);
    expect(approval?.exposure.map(({ protocol, from, to }) => [protocol, from, to])).toEqual(
      ['tcp', 'udp', 'icmp', 'icmpv6', 'other'].map((protocol) => [protocol, 0, 65535]),
    );
    expect(configuredApprovals([{ ...office, protocol: 'unknown:sctp' }])[0]?.exposure[0]?.protocol).toBe(
      'unknown:sctp',
    );
  });

  test('of all protocols with ports approve these ports of tcp and udp, and no type of ICMP with the same number', () => {
    const [approval] = configuredApprovals([{ ...office, protocol: 'all', ports: [{ from: 2000, to: 3000 }] }]);
    expect(approval?.exposure.map(({ protocol, from, to }) => [protocol, from, to])).toEqual([
      ['tcp', 2000, 3000],
      ['udp', 2000, 3000],
    ]);
  });

  test('keep their id in the next deployment, and have another one with any other content', () => {
    const id = (more: object) => configuredApprovals([{ ...office, ...more }])[0]?.id;
    expect(id({})).toBe(id({}));
    const ids = [
      {},
      { reason: 'x' },
      { until: '2027-01-31' },
      { sources: ['198.51.100.0/25'] },
      { region: 'eu-west-1' },
    ].map(id);
    expect(new Set(ids).size).toBe(5);
  });

  test('that are equal are one', () => {
    expect(configuredApprovals([office, office])).toHaveLength(1);
  });
});
