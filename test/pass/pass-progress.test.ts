import { describe, expect, test } from '@jest/globals';
import type { LastScan } from '../../lambda/history/scan-note.ts';
import { coverageOf, measurePass } from '../../lambda/pass/pass-progress.ts';

const at = (time: string) => `2026-11-23T${time}.000Z`;
const minute = 60_000;

describe('how far a pass is', () => {
  const pass = { startedAt: at('10:00:00') };
  const scan = (time: string, more: Partial<LastScan> = {}): LastScan => ({
    ...{ startedAt: at(time), complete: true, regionsListed: ['eu-west-1'], notRead: [] },
    ...{ instancesListed: 10, instancesRead: 9, openGaps: 1, oldestWaitingAt: null, ...more },
  });
  const failed = (time: string) => ({
    ...{ reason: 'access-denied' as const, message: 'no', since: at('09:00:00'), lastAt: at(time) },
    ...{ passes: 3, isAlerted: true },
  });
  const measure = (
    accounts: { account: string; failure: ReturnType<typeof failed> | null }[],
    scans: Record<string, LastScan>,
    now = at('10:01:00'),
  ) => measurePass(pass, accounts, new Map(Object.entries(scans)), Date.parse(now), 5 * minute);
  const a = { account: 'a', failure: null };
  const b = { account: 'b', failure: null };

  test('an account counts as scanned by a scan that began in this pass', () => {
    const progress = measure([a, b], { a: scan('10:00:00'), b: scan('09:59:59') });
    expect(progress).toMatchObject({ isOver: false, accountsScanned: 1, accountsNotScanned: 1, complete: false });
  });

  test('the pass is over when every account is scanned, or could not be entered in this pass', () => {
    const entered = { a: scan('10:00:30'), b: scan('09:55:30', { regionsListed: ['us-east-1'] }) };
    expect(measure([a, { ...b, failure: failed('10:00:40') }], entered)).toEqual({
      ...{ isOver: true, complete: false, accounts: 2, accountsScanned: 1, accountsFailed: ['b'] },
      ...{ accountsNotScanned: 1, openGaps: 2, instancesListed: 20, instancesRead: 18, regionsListed: 2 },
      ...{ regionsNotDue: [], oldestWaitingAt: null },
    });
    expect(measure([a, { ...b, failure: failed('09:59:40') }], entered).isOver).toBe(false);
  });

  test('after an interval the pass is over, whatever is missing', () => {
    expect(measure([a, b], {}, at('10:04:59')).isOver).toBe(false);
    expect(measure([a, b], {}, at('10:05:00'))).toMatchObject({ isOver: true, complete: false, accountsNotScanned: 2 });
  });

  test('only complete scans of all accounts make a complete pass', () => {
    const scans = { a: scan('10:00:10'), b: scan('10:00:20', { complete: false }) };
    expect(measure([a, b], scans)).toMatchObject({ isOver: true, complete: false, accountsNotScanned: 1 });
    expect(measure([a, b], { ...scans, b: scan('10:00:20') })).toMatchObject({ complete: true, accountsNotScanned: 0 });
  });

  test('the oldest entry that no scan could put into the outbox is known', () => {
    const scans = {
      a: scan('10:00:10', { oldestWaitingAt: at('09:30:00') }),
      b: scan('10:00:20', { oldestWaitingAt: at('09:20:00') }),
    };
    expect(measure([a, b], scans).oldestWaitingAt).toBe(at('09:20:00'));
  });

  test('a region that is empty and not due in every account is neither listed nor missing', () => {
    const leftOut = (...regions: string[]) => ({ regionsNotDue: { [at('09:30:00')]: regions } });
    const scans = {
      a: scan('10:00:10', leftOut('us-east-1', 'ap-south-1')),
      b: scan('10:00:20', { regionsListed: ['us-east-1'], ...leftOut('eu-west-1') }),
    };
    expect(coverageOf(measure([a, b], scans))).toMatchObject({ regionsListed: 2, regionsNotDue: ['ap-south-1'] });
    expect(coverageOf(measure([a], { a: scan('10:00:10') }))).not.toHaveProperty('regionsNotDue');
  });

  test('the coverage of a message names at most 100 accounts, and counts the others', () => {
    const many = Array.from({ length: 103 }, (_, i) => ({ account: `${i}`, failure: failed('10:00:30') }));
    const coverage = coverageOf(measure(many, {}));
    expect(coverage).toMatchObject({ accounts: 103, accountsScanned: 0, accountsFailedMore: 3 });
    expect(coverage.accountsFailed).toHaveLength(100);
    expect(coverageOf(measure([a], {}))).not.toHaveProperty('accountsFailedMore');
  });
});
