import type { Approval } from '../../lambda/approvals/approval.ts';

/** An approval of tcp 22 from an office, for every instance, without an end. `fields` replace its fields. */
export function approvalOf(fields: Partial<Approval> = {}): Approval {
  return {
    id: 'a1b2c3d4',
    origin: 'command',
    instance: null,
    region: null,
    account: null,
    arn: null,
    exposure: [{ protocol: 'tcp', from: 22, to: 22, sources: ['198.51.100.0/24'] }],
    reason: 'the office',
    by: 'arn:aws:iam::111122223333:user/alice',
    from: '2026-11-01T00:00:00.000Z',
    until: null,
    revoked: null,
    ...fields,
  };
}
