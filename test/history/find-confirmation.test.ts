import { expect, test } from '@jest/globals';
import { confirms, findConfirmedAt, findLastConfirmation, isNotDue } from '../../lambda/history/find-confirmation.ts';
import { at, region, web, wholeRegion } from '../scan/decide/samples.ts';

const scan = (time: string, more: Partial<Parameters<typeof findConfirmedAt>[0]> = {}) => ({
  ...{ startedAt: at(time), regionsListed: [region], notRead: [] },
  ...more,
});
/** The region was empty in the scan of 09:50, and was left out since. */
const leftOut = { regionsListed: [], regionsNotDue: { [at('09:40')]: ['us-east-1'], [at('09:50')]: [region] } };

test.each([
  ['lists the region and reads the instance', {}, at('10:00'), at('10:00')],
  ['does not list the region', { regionsListed: ['us-east-1'] }, null, null],
  ['does not read the instance', { notRead: [`${region}#web-1`] }, null, at('10:00')],
  ['does not read another instance', { notRead: [`${region}#web-2`, 'us-east-1#web-1'] }, at('10:00'), at('10:00')],
  ['leaves the empty region out', leftOut, at('09:50'), at('09:50')],
  ['leaves another region out', { regionsListed: [], regionsNotDue: { [at('09:40')]: ['us-east-1'] } }, null, null],
])('a scan that %s confirms the instance and its region at these times', (_, fields, ofInstance, ofRegion) => {
  const note = scan('10:00', fields);
  expect([findConfirmedAt(note, web), findConfirmedAt(note, wholeRegion)]).toEqual([ofInstance, ofRegion]);
  expect([confirms(note, web), confirms(note, wholeRegion)]).toEqual(
    [ofInstance, ofRegion].map((time) => time === at('10:00')),
  );
});

test('the last confirmation is that of the newest scan that has one', () => {
  const unread = { notRead: [`${region}#web-1`] };
  expect(findLastConfirmation([scan('10:00'), scan('10:05'), scan('10:10', unread)], web)).toBe(at('10:05'));
  expect(findLastConfirmation([scan('10:00'), scan('10:05', leftOut)], web)).toBe(at('09:50'));
  expect(findLastConfirmation([scan('10:00', unread)], web)).toBeNull();
  expect(findLastConfirmation([], web)).toBeNull();
});

test('a region is not due only if the scan item names it as not due', () => {
  expect([isNotDue(leftOut, region), isNotDue(leftOut, 'ap-south-1'), isNotDue({}, region)]).toEqual([
    true,
    false,
    false,
  ]);
});
