/** With several accounts, the last scan of `portwatch doctor` is the newest pass. */
import { expect, test } from '@jest/globals';
import { decideLastPass } from '../../../cli/commands/doctor/decide/decide-accounts.ts';

const place = { region: 'eu-west-1', stack: 'Portwatch', monitor: null, profile: null };
const times = { scanEveryMinutes: 5, now: Date.parse('2026-11-23T12:00:00Z') };
const pass = { startedAt: '2026-11-23T11:58:00.000Z', endedAt: null, accounts: 3, complete: false };

test.each([
  [null, 'has not ended yet'],
  ['2026-11-23T11:59:00.000Z', 'ended at 2026-11-23T11:59:00.000Z'],
])('a recent pass with the end %p is OK, and says so', (endedAt, end) => {
  expect(decideLastPass({ ...pass, endedAt }, times, place)).toMatchObject({
    check: 'last-scan',
    status: 'ok',
    found: `the last scan began 2 min ago (2026-11-23T11:58:00.000Z); the interval is 5 minutes; it is a pass over 3 accounts that ${end}`,
  });
});

test('no pass, and a pass of long ago, are failures', () => {
  const old = { ...pass, startedAt: '2026-11-23T10:00:00.000Z' };
  expect([null, old].map((one) => decideLastPass(one, times, place).status)).toEqual(['failure', 'failure']);
});
