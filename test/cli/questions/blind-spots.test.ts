import { describe, expect, test } from '@jest/globals';
import { type KnownFleet, listBlindSpots } from '../../../cli/questions/blind-spots.ts';
import { at, failure, region, web1 } from './build-history.ts';

const lastScan = { startedAt: at('10:00'), notRead: [] as string[] };
const failing = { ...failure('throttled', '09:30'), sinceScan: 3, confirmedAt: null, gapAt: null };
const ofRegion = (fields: Partial<KnownFleet['states'][number]>): KnownFleet['states'][number] => ({
  resource: region,
  status: 'known',
  firstSeenAt: at('09:00'),
  baselinedAt: at('09:00'),
  failure: null,
  ...fields,
});
const ofInstance = (status: 'known' | 'gone') => ofRegion({ resource: web1, status, baselinedAt: null });
const kinds = (states: KnownFleet['states'], until = at('10:01')) =>
  listBlindSpots({ states, refused: [], lastScan }, until, 5, null).map(({ kind }) => kind);

describe('P5: what an answer about the fleet lacks', () => {
  test.each([
    ['10:30', 5, []],
    ['10:30:00.001', 5, [{ kind: 'no-scan', since: at('10:00') }]],
    ['11:59', 60, []],
    ['13:00:01', 60, [{ kind: 'no-scan', since: at('10:00') }]],
    ['09:00', 5, []],
  ])('at %s, with a scan every %s minutes: %j', (time, interval, expected) => {
    expect(listBlindSpots({ states: [], refused: [], lastScan }, at(time), interval, null)).toEqual(expected);
  });

  test('no scan that has ended', () => {
    const fleet = { states: [], refused: [], lastScan: null };
    expect(listBlindSpots(fleet, at('10:00'), 5, null)).toEqual([{ kind: 'no-scan', since: null }]);
  });

  test('a region that was not listed by then; not a region that was tried only later', () => {
    const never = ofRegion({ status: 'unknown', baselinedAt: null, failure: failing });
    expect(kinds([never])).toEqual(['region-not-listed']);
    expect(kinds([never], at('08:59'))).toEqual([]);
    expect(kinds([ofRegion({ baselinedAt: at('09:50') })], at('09:40'))).toEqual(['region-not-listed']);
    expect(kinds([ofRegion({})])).toEqual([]);
  });

  test('a region that cannot be listed now, unless its instances are in the answer', () => {
    const lost = ofRegion({ status: 'unknown', failure: failing });
    expect(kinds([lost])).toEqual(['region-not-listed']);
    expect(kinds([lost, ofInstance('gone')])).toEqual(['region-not-listed']);
    expect(kinds([lost, ofInstance('known')])).toEqual([]);
    expect(kinds([lost], at('09:29'))).toEqual([]);
  });

  test('an instance that the last scan found without a name, once for each region', () => {
    const notRead = ['eu-west-1#?', 'eu-west-1#?', 'eu-west-1#web-1', 'us-east-1#web-1'];
    const fleet = { states: [], refused: [], lastScan: { ...lastScan, notRead } };
    expect(listBlindSpots(fleet, at('10:01'), 5, null)).toEqual([
      { kind: 'instance-without-name', region: 'eu-west-1' },
    ]);
    expect(listBlindSpots(fleet, at('09:59'), 5, null)).toEqual([]);
  });

  test('an item that cannot be read', () => {
    const refused = [{ key: 'eu-west-1#web-9', problem: 'has schema 99' }];
    expect(listBlindSpots({ states: [], refused, lastScan }, at('10:01'), 5, null)).toEqual([
      { kind: 'item-not-read', item: 'eu-west-1#web-9', problem: 'has schema 99' },
    ]);
  });
});
