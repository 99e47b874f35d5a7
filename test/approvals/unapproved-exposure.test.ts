import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Approval } from '../../lambda/approvals/approval.ts';
import { listApprovedParts, subtractApproved, unapprovedExposure } from '../../lambda/approvals/unapproved-exposure.ts';
import { canonicaliseReach, exposureOf, type PortState, type Reach } from '../../lambda/firewall/index.ts';
import { depth } from '../support/depth.ts';
import { approvalOf } from './approval-of.ts';
import { type Box, holds, pointsOf, pointsOfReach, ports, protocols } from './point-oracle.ts';

const boxes = fc.array(
  fc.record({
    protocol: fc.constantFrom(...protocols),
    from: fc.constantFrom(...ports),
    more: fc.nat(3),
    sources: fc.uniqueArray(fc.constantFrom(...Object.keys(holds)), { minLength: 1, maxLength: 3 }),
  }),
  { maxLength: 5 },
);
type Drawn = { protocol: Box['protocol']; from: number; more: number; sources: string[] }[];
const toBoxes = (drawn: Drawn): Box[] =>
  drawn.map(({ from, more, ...box }) => ({ ...box, from, to: Math.min(5, from + more) }));

const runs = depth({ quick: 150, full: 4_000, deep: 200_000 });

test('the unapproved exposure is the open exposure less the approved one, point by point', () => {
  fc.assert(
    fc.property(boxes, fc.array(boxes, { maxLength: 3 }), (open, approved) => {
      const openBoxes = toBoxes(open);
      const approvals = approved.map((drawn, i) =>
        approvalOf({ id: `a-${i}`, exposure: canonicaliseReach(toBoxes(drawn)) }),
      );
      const approvedPoints = pointsOf(approved.flatMap(toBoxes));
      const reach = canonicaliseReach(openBoxes);
      const unapproved = subtractApproved(reach, approvals);
      expect(pointsOfReach(unapproved)).toEqual(
        new Set([...pointsOf(openBoxes)].filter((point) => !approvedPoints.has(point))),
      );
      const parts = listApprovedParts(reach, approvals);
      for (const { id, reach: part } of parts) {
        const own = pointsOf(toBoxes(approved[Number(id.slice(2))]!));
        expect(pointsOfReach(part)).toEqual(new Set([...pointsOf(openBoxes)].filter((point) => own.has(point))));
      }
      // Together, approved parts and the unapproved rest are the whole open exposure.
      expect(canonicaliseReach([...unapproved, ...parts.flatMap((part) => part.reach)])).toEqual(reach);
    }),
    { numRuns: runs },
  );
});

const rule = (fields: Partial<PortState> & Record<string, unknown>): PortState => {
  return { protocol: 'tcp', fromPort: 22, toPort: 22, state: 'open', ...fields };
};
const ssh = (sources: string[]): Reach[] => [{ protocol: 'tcp', from: 22, to: 22, sources }];
const approving = (exposure: Reach[]): Approval[] => [approvalOf({ exposure })];
const unapproved = (rules: PortState[], approvals: readonly Approval[]) =>
  unapprovedExposure({ rules }, approvals).reach;

describe('unapproved exposure', () => {
  test('of a rule that has widened by one address is that address', () => {
    const rules = [rule({ cidrs: ['198.51.100.0/24', '198.51.101.0/32'] })];
    expect(unapproved(rules, approving(ssh(['198.51.100.0/24'])))).toEqual(ssh(['198.51.101.0/32']));
  });

  test('of a rule that has widened by one port is that port', () => {
    const rules = [rule({ toPort: 23, cidrs: ['198.51.100.0/24'] })];
    expect(unapproved(rules, approving(ssh(['198.51.100.0/24'])))).toEqual([
      { protocol: 'tcp', from: 23, to: 23, sources: ['198.51.100.0/24'] },
    ]);
  });

  test('does not depend on how the rules are split and spelled', () => {
    const rules = [rule({ cidrs: ['198.51.100.128/25'] }), rule({ protocol: 'TCP', cidrs: ['198.51.100.0/25'] })];
    expect(unapproved(rules, approving(ssh(['198.51.100.0/24'])))).toEqual([]);
  });

  test.each<[string, PortState, string]>([
    ['a rule without sources', rule({}), 'unspecified'],
    ['a source that is not understood', rule({ cidrs: ['10.0.0.0/33'] }), 'unparsed:10.0.0.0/33'],
    ['an alias', rule({ cidrListAliases: ['lightsail-connect'] }), 'alias:lightsail-connect'],
  ])('of %s is approved by the name of its source only, not by every address', (_, odd, source) => {
    expect(unapproved([odd], approving(ssh(['0.0.0.0/0', '::/0'])))).toEqual(ssh([source]));
    expect(unapproved([odd], approving(ssh([source])))).toEqual([]);
  });

  test('of an unknown protocol is approved by its name only, not by every protocol', () => {
    const sctp = rule({ protocol: 'sctp', cidrs: ['198.51.100.0/24'] });
    const all = (['tcp', 'udp', 'icmp', 'icmpv6', 'other', 'unknown:gre'] as const).map((protocol) => {
      return { protocol, from: 0, to: 65535, sources: ['0.0.0.0/0', '::/0'] };
    });
    const exposure = exposureOf({ rules: [sctp] }).reach;
    expect(unapproved([sctp], approving(all))).toEqual(exposure);
    expect(unapproved([sctp], approving(exposure))).toEqual([]);
  });

  test('keeps a rule with an unknown field whole, and subtracts from the others', () => {
    const odd = rule({ cidrs: ['198.51.100.0/24'], action: 'deny' });
    const clear = rule({ cidrs: ['203.0.113.0/24'] });
    const exposure = unapprovedExposure({ rules: [odd, clear] }, approving(ssh(['0.0.0.0/0', '::/0'])));
    expect(exposure.reach).toEqual(ssh(['198.51.100.0/24']));
    expect(exposure.notes.map(({ code }) => code)).toContain('unknown-field');
  });

  test('subtracts from dormant rules too', () => {
    const firewall = { rules: [rule({ cidrs: ['198.51.100.0/24'], ipv6Cidrs: ['::/0'] })], ipAddressType: 'ipv4' };
    const { reach, dormant } = unapprovedExposure(firewall, approving(ssh(['::/0'])));
    expect({ reach, dormant }).toEqual({ reach: ssh(['198.51.100.0/24']), dormant: [] });
  });

  test('is the whole exposure without approvals', () => {
    const rules = [rule({ cidrs: ['198.51.100.0/24'] })];
    expect(unapprovedExposure({ rules }, [])).toEqual(exposureOf({ rules }));
  });
});
