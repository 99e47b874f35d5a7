import { describe, expect, test } from '@jest/globals';
import { type FleetState, fleetStatus } from '../../../cli/questions/fleet-status.ts';
import { defaultRatingPolicy } from '../../../lambda/firewall/index.ts';
import type { LatestState } from '../../../lambda/history/latest-state.ts';
import { at, exposure, factsOf, failure, open, region, web1 } from './build-history.ts';

const named = (instanceName: string | null, said: Partial<FleetState> = {}): FleetState => ({
  resource: { ...web1, instanceName },
  status: 'known',
  instance: instanceName === null ? null : factsOf(`arn:${instanceName}`),
  rules: instanceName === null ? null : open('443'),
  rulesAt: instanceName === null ? null : at('10:00:01'),
  seenAt: at('10:00'),
  firstSeenAt: at('10:00:01'),
  failure: null,
  baselinedAt: instanceName === null ? at('10:00:02') : null,
  ...said,
});
const lastScan = { startedAt: at('10:20'), regionsListed: ['eu-west-1'], notRead: [] as string[] };
const failing = { ...failure('throttled', '10:15'), confirmedAt: at('10:10'), gapAt: at('10:20:01') };

describe('the fleet now', () => {
  test('is empty without latest states', () => {
    const states: LatestState[] = [];
    expect(fleetStatus(states, [], defaultRatingPolicy)).toEqual({ instances: [], regions: [] });
  });

  test('has the exposure to the world, its severity, its start, and its last confirmation', () => {
    const rules = [...open('22', '80 from 198.51.100.0/24')];
    const latest = named('web-1', { rules });
    expect(fleetStatus([latest], [lastScan], defaultRatingPolicy).instances).toEqual([
      {
        resource: web1,
        instance: factsOf('arn:web-1'),
        severity: 'critical',
        reason: 'tcp 22 (SSH) is on the high-risk list (AWS Security Hub EC2.19) and is open to anywhere',
        reach: exposure(rules).reach,
        openToWorld: exposure(open('22')).reach,
        dormant: [],
        notes: [],
        changedAt: at('10:00:01'),
        firstSeenAt: at('10:00:01'),
        confirmedAt: at('10:20'),
        gap: null,
      },
    ]);
  });

  test('has gaps first, then the worst, then by region and name; deleted instances are left out', () => {
    const states = [
      named('b-low'),
      named('a-low'),
      named('z-critical', { rules: open('22') }),
      named('gone', { status: 'gone' }),
      named('q-gap', { status: 'unknown', failure: failing }),
      named('never-read', { status: 'unknown', failure: failing, rules: null, rulesAt: null, seenAt: null }),
    ];
    expect(
      fleetStatus(states, [lastScan], defaultRatingPolicy).instances.map(({ resource }) => resource.instanceName),
    ).toEqual(['never-read', 'q-gap', 'z-critical', 'a-low', 'b-low']);
  });

  test('what counts as open to the world is shown as such', () => {
    const odd = [
      { protocol: 'tcp', fromPort: 22, toPort: 22 },
      { protocol: 'tcp', fromPort: 23, toPort: 23, cidrs: ['0.0.0.0/1', '128.0.0.0/1'] },
      { protocol: 'tcp', fromPort: 24, toPort: 24, cidrs: ['10.0.0.0/33'] },
      { protocol: 'tcp', fromPort: 25, toPort: 25, cidrListAliases: ['lightsail-connect'] },
      { protocol: 'quic', fromPort: 443, toPort: 443, cidrs: ['10.0.0.0/8'] },
    ];
    const [row] = fleetStatus([named('web-1', { rules: odd })], [lastScan], defaultRatingPolicy).instances;
    expect(row?.openToWorld.map(({ protocol, from }) => `${protocol} ${from}`)).toEqual([
      'tcp 22',
      'tcp 23',
      'tcp 24',
      'unknown:quic 443',
    ]);
  });

  test('an instance that was never read has no severity, and nothing confirmed it', () => {
    const latest = named('web-1', { status: 'unknown', rules: null, rulesAt: null, seenAt: null, failure: failing });
    expect(fleetStatus([latest], [lastScan], defaultRatingPolicy).instances).toMatchObject([
      { severity: null, reason: 'its firewall was never read', reach: [], confirmedAt: null },
    ]);
  });
});

describe('when it was last confirmed', () => {
  const confirmedAt = (latest: FleetState, scan: typeof lastScan | null, regionState = named(null)) =>
    fleetStatus([regionState, latest], scan === null ? [] : [scan], defaultRatingPolicy).instances[0]?.confirmedAt;

  test('by the scan that first read the instance, if no later scan confirmed it', () => {
    expect(confirmedAt(named('web-1'), null)).toBe(at('10:00'));
    expect(confirmedAt(named('web-1'), { ...lastScan, regionsListed: [] })).toBe(at('10:00'));
    expect(confirmedAt(named('web-1'), { ...lastScan, notRead: ['eu-west-1#web-1'] })).toBe(at('10:00'));
  });

  test('before the first failure of the instance, or of its region', () => {
    const untold = { ...failing, gapAt: null };
    expect(confirmedAt(named('web-1', { failure: untold }), { ...lastScan, notRead: ['eu-west-1#web-1'] })).toBe(
      at('10:10'),
    );
    const lost = named(null, { status: 'unknown', failure: failing });
    expect(confirmedAt(named('web-1'), { ...lastScan, regionsListed: [] }, lost)).toBe(at('10:10'));
  });
});

describe('P4: an instance that the last scan did not confirm is in a gap, although no failure is counted', () => {
  const gapOf = (latest: FleetState, scan: Partial<typeof lastScan>) =>
    fleetStatus([named(null), latest], [{ ...lastScan, ...scan }], defaultRatingPolicy).instances[0]?.gap ?? null;
  const unread = { notRead: ['eu-west-1#web-1'] };

  test('the scan did not read it, or left its region out', () => {
    expect(gapOf(named('web-1'), unread)).toMatchObject({ scope: 'instance', since: at('10:20'), reason: 'not-read' });
    expect(gapOf(named('web-1'), { regionsListed: [] })).toMatchObject({ scope: 'region', reason: 'not-watched' });
    expect(gapOf(named('web-2'), unread)).toBeNull();
  });

  test('unless an event scan has read it since', () => {
    expect(gapOf(named('web-1', { seenAt: at('10:21') }), unread)).toBeNull();
  });
});

describe('gaps', () => {
  test('a failure that is too young for an alert is shown, and marked as not alerted', () => {
    const latest = named('web-1', { failure: { ...failing, gapAt: null } });
    expect(fleetStatus([latest], [lastScan], defaultRatingPolicy).instances[0]?.gap).toEqual({
      scope: 'instance',
      since: at('10:15'),
      reason: 'throttled',
      message: 'as things are',
      isTold: false,
    });
  });

  test('a region that cannot be listed is a gap of all that is in it, and its own', () => {
    const lost = named(null, { status: 'unknown', failure: failing, seenAt: at('10:20') });
    const status = fleetStatus(
      [named('web-1'), lost, named('web-2', { status: 'gone' })],
      [{ ...lastScan, regionsListed: [] }],
      defaultRatingPolicy,
    );
    expect(status.instances[0]?.gap).toMatchObject({ scope: 'region', isTold: true });
    expect(status.regions).toEqual([
      {
        region: region.region,
        baselinedAt: at('10:00:02'),
        instances: 1,
        confirmedAt: at('10:10'),
        gap: { scope: 'region', since: at('10:15'), reason: 'throttled', message: 'as things are', isTold: true },
      },
    ]);
  });

  test('a region counts its own instances, without those that are gone', () => {
    const there = (instanceName: string | null, name: string, said: Partial<FleetState> = {}) =>
      named(instanceName, { ...said, resource: { ...region, instanceName, region: name } });
    const states = [
      there(null, 'a'),
      there(null, 'b'),
      there('one', 'a'),
      there('two', 'b'),
      there('three', 'b'),
      there('old', 'b', { status: 'gone' }),
    ];
    const { regions } = fleetStatus(states, [lastScan], defaultRatingPolicy);
    expect(regions.map((one) => [one.region, one.instances])).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
  });

  test('a region that can be listed is confirmed by the scan that committed its state; in a gap, by the last scan before', () => {
    const confirmedAt = (said: Partial<FleetState>) =>
      fleetStatus([named(null, said)], [], defaultRatingPolicy).regions[0]?.confirmedAt;
    expect(confirmedAt({})).toBe(at('10:00'));
    expect(confirmedAt({ status: 'unknown', failure: failing })).toBe(at('10:10'));
  });

  test('instances of one severity are sorted by region, then by name', () => {
    const there = (instanceName: string, name: string) =>
      named(instanceName, { resource: { ...region, instanceName, region: name } });
    const states = [there('b', 'eu-west-1'), there('z', 'ap-south-1'), there('a', 'eu-west-1')];
    const { instances } = fleetStatus(states, [], defaultRatingPolicy);
    expect(instances.map(({ resource }) => resource.instanceName)).toEqual(['z', 'a', 'b']);
  });

  test('dormant rules and notes are those of the firewall; without one, there are none', () => {
    const rule = { protocol: 'tcp', fromPort: 22, toPort: 22, cidrs: [], ipv6Cidrs: ['::/0'], validFrom: '2026-12-01' };
    const instance = { ...factsOf(), ipAddressType: 'ipv4' };
    const [row] = fleetStatus([named('web-1', { rules: [rule], instance })], [lastScan], defaultRatingPolicy).instances;
    expect(row?.dormant).toMatchObject([{ protocol: 'tcp', from: 22, to: 22 }]);
    expect(row?.notes.map(({ code }) => code)).toContain('unknown-field');
    const [none] = fleetStatus([named('web-1', { rules: null })], [lastScan], defaultRatingPolicy).instances;
    expect(none).toMatchObject({ dormant: [], notes: [], openToWorld: [] });
  });

  test('regions with gaps come first, then by name', () => {
    const inRegion = (name: string, said: Partial<FleetState>) =>
      named(null, { ...said, resource: { ...region, region: name } });
    const states = [inRegion('b', {}), inRegion('a', {}), inRegion('z', { status: 'unknown', failure: failing })];
    expect(fleetStatus(states, [lastScan], defaultRatingPolicy).regions.map((one) => one.region)).toEqual([
      'z',
      'a',
      'b',
    ]);
  });
});
