import { describe, expect, test } from '@jest/globals';
import type { ScanSettings } from '../../../lambda/contract/settings-schema.ts';
import type { LatestState } from '../../../lambda/history/latest-state.ts';
import { resourceKey } from '../../../lambda/history/resource-key.ts';
import type { LastScan } from '../../../lambda/history/scan-note.ts';
import { findNotDue, isPaused } from '../../../lambda/scan/decide/decide-region-request.ts';
import {
  at,
  contextOf,
  counted,
  inGap,
  knownInstance,
  knownRegion,
  lastScan,
  neverListed,
  neverListedInGap,
  region,
  regionNotListed,
  regionWithFailure,
} from './samples.ts';

describe('a request to a region that was always denied', () => {
  const denied = { ...inGap, reason: 'access-denied', since: at('10:00'), confirmedAt: null } as const;
  const latest: LatestState = { ...neverListedInGap, failure: denied };
  const paused = (from: string, until: string, state: LatestState | null = latest, regionsListed = ['us-east-1']) =>
    isPaused(state, { ...contextOf({ ...lastScan, startedAt: at(from), regionsListed }), startedAt: at(until) });

  /** Left out, if no instant of 1, 2, 4, 8, 16, 32, 60 or 120 minutes after the first failure is between the two scans. */
  test.each([
    ['10:00', '10:05', false],
    ['10:05', '10:10', false],
    ['10:10', '10:15', true],
    ['10:15', '10:20', false],
    ['10:20', '10:25', true],
    ['10:32', '10:59', true],
    ['10:59', '11:00', false],
    ['11:00', '11:59', true],
    ['11:55', '12:00', false],
    ['10:00', '14:00', false],
    ['10:00', '10:00', true],
  ])('between the scans of %s and %s is left out: %s', (from, until, expected) => {
    expect(paused(from, until)).toBe(expected);
  });

  test.each<[string, LatestState | null, string[]]>([
    ['the region was listed before', { ...latest, baselinedAt: at('09:00') }, ['us-east-1']],
    ['the alert is not due yet', { ...latest, failure: { ...denied, gapAt: null } }, ['us-east-1']],
    ['the region is not enabled', { ...latest, failure: { ...denied, reason: 'region-not-enabled' } }, ['us-east-1']],
    ['nothing is known of the region', null, ['us-east-1']],
    ['the last scan could list no region', latest, []],
  ])('is never left out if %s', (_, state, regionsListed) => {
    expect(paused('10:10', '10:15')).toBe(true);
    expect(paused('10:10', '10:15', state, regionsListed)).toBe(false);
  });

  test('is left out if the other regions are empty and not due', () => {
    const last = {
      ...lastScan,
      startedAt: at('10:10'),
      regionsListed: [],
      regionsNotDue: { [at('10:00')]: ['us-east-1'] },
    };
    expect(isPaused(latest, { ...contextOf(last), startedAt: at('10:15') })).toBe(true);
  });

  test('is never left out in the first scan', () => {
    expect(isPaused(latest, { ...contextOf(null), startedAt: at('10:15') })).toBe(false);
  });
});

describe('P10: an empty region that is listed every 20 minutes', () => {
  const gone: LatestState = { ...knownInstance, status: 'gone', rules: null };
  const leftOut = { ...lastScan, regionsListed: ['us-east-1'], regionsNotDue: { [at('10:05')]: [region] } };

  interface Case {
    states?: LatestState[];
    refused?: string[];
    last?: LastScan | null;
    settings?: Partial<ScanSettings>;
  }
  /** The instant of the last listing, if the scan of 10:15 leaves the region out; `null`: the scan lists the region. */
  const notDueSince = ({ states = [knownRegion, gone], refused = [], last = lastScan, settings = {} }: Case) => {
    const known = { states: new Map(states.map((one) => [resourceKey(one.resource), one])), refused: new Set(refused) };
    return findNotDue(region, known, contextOf(last, { emptyRegionsEveryMinutes: 20, ...settings }));
  };

  test.each<[string, string | null, Case]>([
    ['the last scan listed it', '10:10', {}],
    ['an earlier scan listed it', '10:05', { last: leftOut }],
    ['it never had an instance', '10:10', { states: [knownRegion] }],
    ['the time is over', null, { last: { ...leftOut, regionsNotDue: { [at('09:55')]: [region] } } }],
    ['the next scan would be too late', null, { last: { ...leftOut, regionsNotDue: { [at('09:59')]: [region] } } }],
    ['the next scan is just in time', '10:00', { last: { ...leftOut, regionsNotDue: { [at('10:00')]: [region] } } }],
    ['an interval does not fit', null, { settings: { emptyRegionsEveryMinutes: 8 } }],
    ['scans come seldom', null, { settings: { scanEveryMinutes: 20 } }],
    ['each scan lists every region', null, { settings: { emptyRegionsEveryMinutes: 0 } }],
    ['no scan has ended', null, { last: null }],
    ['the last scan could not list it', null, { last: regionNotListed }],
    ['its listing is in the future', null, { last: { ...lastScan, startedAt: at('10:16') } }],
    ['the last scan could not store an instance', null, { last: { ...lastScan, notRead: ['eu-west-1#web-2'] } }],
    ['an instance of another region was not read', '10:10', { last: { ...lastScan, notRead: ['us-east-1#web-2'] } }],
    ['an instance is known', null, { states: [knownRegion, knownInstance] }],
    ['an instance cannot be read', null, { states: [knownRegion, { ...knownInstance, status: 'unknown' }] }],
    ['its name was listed again', null, { states: [knownRegion, { ...gone, failure: counted }] }],
    ['an item cannot be read', null, { refused: ['eu-west-1#web-2'] }],
    ['an item of another region cannot be read', '10:10', { refused: ['us-east-1#web-2'] }],
    ['its own item cannot be read', null, { states: [], refused: ['eu-west-1#'] }],
    ['it was never listed', null, { states: [neverListed] }],
    ['it fails', null, { states: [regionWithFailure] }],
  ])('%s: not due since %s', (_, expected, given) => {
    expect(notDueSince(given)).toBe(expected && at(expected));
  });
});
