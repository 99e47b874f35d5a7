import { describe, expect, test } from '@jest/globals';
import { decideExitCode } from '../../../../cli/commands/status/decide-exit-code.ts';
import type { InstanceStatus, RegionStatus, StatusGap } from '../../../../cli/questions/fleet-status.ts';

const place = { stack: 'Portwatch' };
const gap: StatusGap = {
  scope: 'region',
  since: '2026-11-10T10:00:00.000Z',
  reason: 'access-denied',
  message: '',
  isTold: true,
};
const at = '2026-11-10T09:00:00.000Z';
const region = (baselinedAt: string | null, own: StatusGap | null): RegionStatus => {
  return { region: 'eu-west-1', baselinedAt, instances: 0, confirmedAt: null, gap: own };
};

describe('P4: the exit code of status with a region that cannot be listed, and no instance', () => {
  test.each([
    ['it was listed before', region(at, gap), {}, 1],
    ['it was never listed, as a region that is not enabled', region(null, gap), {}, 0],
    ['it was never listed, and --region names it', region(null, gap), { region: 'eu-*' }, 1],
    ['--instance asks about something else', region(at, gap), { instance: 'web-1' }, 0],
    ['it can be listed', region(at, null), { region: 'eu-*' }, 0],
  ])('%s', (_, status, named, code) => {
    const options = { ...place, ...named, exitCode: 'critical' } as const;
    expect(decideExitCode({ instances: [], regions: [status] }, options)).toBe(code);
    const { exitCode: _unused, ...without } = options;
    expect(decideExitCode({ instances: [], regions: [status] }, without)).toBe(0);
  });
});

test.each([
  ['that was mild when it was last read', 'info'],
  ['that was never read', null],
] as const)('P4: an instance in a gap counts as a match %s', (_, severity) => {
  const resource = { account: '111122223333', region: 'eu-west-1', instanceName: 'web-1' };
  const lists = { reach: [], openToWorld: [], dormant: [], notes: [] };
  const times = { changedAt: at, firstSeenAt: at, confirmedAt: at };
  const instance: InstanceStatus = { resource, instance: null, severity, reason: '', gap, ...lists, ...times };
  expect(decideExitCode({ instances: [instance], regions: [] }, { ...place, exitCode: 'critical' })).toBe(1);
});
