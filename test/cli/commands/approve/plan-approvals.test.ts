/** The decisions of `portwatch approve` and `portwatch approvals`, as tables of cases. Pure. */
import { describe, expect, test } from '@jest/globals';
import type { FleetInstance } from '../../../../cli/aws/load-approved-fleet.ts';
import type { ApprovalRequest } from '../../../../cli/commands/approve/parse-approval-request.ts';
import { type PlanContext, planApprovals } from '../../../../cli/commands/approve/plan-approvals.ts';
import { listCovered, listStillOpen } from '../../../../cli/questions/approved-fleet.ts';
import { findWorstPart, hasOpened } from '../../../../cli/questions/open-since.ts';
import type { Approval } from '../../../../lambda/approvals/approval.ts';
import { defaultRatingPolicy, type PortState, type Reach } from '../../../../lambda/firewall/index.ts';
import { approvalOf } from '../../../approvals/approval-of.ts';
import { entryOf, stateOf } from '../../../scan/entries.ts';
import { httpFromAnywhere, someFacts, sshFromAnywhere, sshFromOffice } from '../../../scan/samples.ts';

const account = '111122223333';
const now = '2026-11-10T12:00:00.000Z';
const office: Reach = { protocol: 'tcp', from: 22, to: 22, sources: ['198.51.100.0/24'] };

function instanceOf(
  instanceName: string,
  rules: PortState[],
  arn: string | null = `arn:${instanceName}`,
): FleetInstance {
  const resource = { account, region: 'eu-west-1', instanceName };
  const state = stateOf(entryOf(resource, 1, now), { rules, instance: { ...someFacts, arn } });
  return { ...state, gap: null, confirmedAt: now } as FleetInstance;
}

const web = instanceOf('web-1', [sshFromOffice]);

function plan(request: Partial<ApprovalRequest>, approvals: Approval[], fleet: FleetInstance[] = [web]) {
  const asked = { name: 'web-1', region: null, account: null, reason: 'r', until: null, isAnyway: false };
  const context: PlanContext = {
    account,
    by: 'me',
    now,
    policy: defaultRatingPolicy,
    instances: fleet,
    approvals,
    isByCommandAllowed: true,
    newId: () => 'a-new',
  };
  return planApprovals({ ...asked, exposure: [office], ...request }, context);
}

describe('what is approved already', () => {
  test.each<[string, Partial<Approval>, boolean]>([
    ['the same for every instance', {}, true],
    ['a pattern that matches the name', { instance: 'web-*' }, true],
    ['the name in its region', { instance: 'web-1', region: 'eu-west-1', account }, true],
    ['a part of it', { exposure: [{ ...office, sources: ['198.51.100.0/25'] }] }, false],
    ['another region', { region: 'us-east-1' }, false],
    ['another account', { account: '999999999999' }, false],
    ['another name', { instance: 'web-2' }, false],
    ['one instance by its ARN: a new one of the name is not approved', { arn: 'arn:web-1' }, false],
    ['one that has not begun', { from: '2026-11-11T00:00:00.000Z' }, false],
    ['one that has ended', { until: '2026-11-09T00:00:00.000Z' }, false],
    ['one that ends earlier', { until: '2026-11-12T00:00:00.000Z' }, false],
    ['one that was revoked', { revoked: { at: now, by: 'x', reason: null } }, false],
  ])('%s', (_, fields, isApproved) => {
    expect(plan({}, [approvalOf(fields)]).problems).toEqual(
      isApproved ? [expect.stringMatching(/^the whole exposure is approved already, by a1b2c3d4/)] : [],
    );
    const current = plan({ exposure: null }, [approvalOf(fields)]);
    // The ARN of the present instance is known, so its approval covers its present open exposure.
    const isCovered = isApproved || fields.arn === 'arn:web-1';
    expect(current.problems).toEqual(
      isCovered ? [expect.stringContaining('all that is open is approved already')] : [],
    );
  });

  test('a pattern is approved by the same pattern and by a star, not by one of the names', () => {
    const problems = (instance: string) => plan({ name: 'web-*' }, [approvalOf({ instance })]).problems.length;
    expect([problems('web-*'), problems('*'), problems('web-1')]).toEqual([1, 1, 0]);
  });

  test('two approvals together', () => {
    const half = (sources: string[]) => approvalOf({ exposure: [{ ...office, sources }] });
    expect(plan({}, [half(['198.51.100.0/25']), half(['198.51.100.128/25'])]).problems).toHaveLength(1);
  });
});

describe('what is open now', () => {
  const odd = { ...sshFromAnywhere, tunnel: 'x' } as PortState;

  test('worst first, each bound to its ARN', () => {
    const fleet = [web, instanceOf('a', [httpFromAnywhere]), instanceOf('db', [sshFromAnywhere])];
    const { planned } = plan({ name: null, exposure: null }, [], fleet);
    expect(planned.map(({ severity, approval }) => [severity, approval.instance, approval.arn])).toEqual([
      ['critical', 'db', 'arn:db'],
      ['medium', 'web-1', 'arn:web-1'],
      ['low', 'a', 'arn:a'],
    ]);
  });

  test('a rule with an unknown field is not approved, and an approval of the same ports does not cover it', () => {
    const fleet = [instanceOf('web-1', [odd, httpFromAnywhere])];
    expect(
      plan({ exposure: null }, [], fleet).planned.map(({ approval }) => approval.exposure.map(({ from }) => from)),
    ).toEqual([[80]]);
    expect(plan({ exposure: null }, [], [instanceOf('web-1', [odd])]).problems).toEqual([
      'there is nothing to approve (web-1 in eu-west-1: nothing is open that can be approved)',
    ]);
    const world = { ...office, sources: ['0.0.0.0/0', '::/0'] };
    expect(listCovered(approvalOf({ exposure: [world] }), [instanceOf('web-1', [odd])])).toEqual([]);
  });

  test('dormant exposure is not open', () => {
    const ipv4 = instanceOf('web-1', [sshFromAnywhere]);
    const fleet = [{ ...ipv4, instance: { ...someFacts, ipAddressType: 'ipv4' } }];
    expect(plan({ exposure: null }, [], fleet).planned[0]?.approval.exposure).toEqual([
      { ...office, sources: ['0.0.0.0/0'] },
    ]);
  });

  test('an instance without an ARN gets none', () => {
    expect(plan({ exposure: null }, [], [instanceOf('web-1', [sshFromOffice], null)]).problems).toEqual([
      expect.stringContaining('its ARN is not known'),
    ]);
  });
});

test('what is still open after an approval is what no other approval in force covers', () => {
  const ended = approvalOf({ id: 'a-1', until: '2026-11-09T00:00:00.000Z' });
  const half = approvalOf({ id: 'a-2', exposure: [{ ...office, sources: ['198.51.100.0/25'] }] });
  const planned = approvalOf({ id: 'a-3', from: '2026-11-11T00:00:00.000Z' });
  expect(listStillOpen(ended, [web], [ended, half, planned], now)).toEqual([
    { resource: web.resource, reach: [{ ...office, sources: ['198.51.100.128/25'] }] },
  ]);
});

describe('since when it is open', () => {
  const world = { ...office, sources: ['0.0.0.0/0', '::/0'] };
  const http = { ...world, from: 80, to: 80 };

  test('is about the worst line alone', () => {
    expect(findWorstPart([world, http], defaultRatingPolicy)).toEqual([world]);
    expect(findWorstPart([], defaultRatingPolicy)).toEqual([]);
  });

  test('a transient change opened nothing that is open now, and another port does not count', () => {
    const entry = (fields: object) => entryOf(web.resource, 2, now, { opened: [world], ...fields });
    expect(hasOpened(entry({}), [world])).toBe(true);
    expect(hasOpened(entry({ kind: 'flapped' }), [world])).toBe(false);
    expect(hasOpened(entry({ opened: [http] }), [world])).toBe(false);
  });
});
