import { expect, test } from '@jest/globals';
import { shrinkAlert } from '../../lambda/alerts/shrink-alert.ts';
import type { Alert } from '../../lambda/contract/json-event.ts';
import { changeAlert, http, sshToWorld, toJsonAlert } from './fixtures.ts';

const call = {
  eventId: 'e-1',
  at: '2026-11-23T10:01:03.000Z',
  name: 'PutInstancePublicPorts',
  by: 'IAM user alice',
  arn: null,
  sourceIpAddress: null,
  userAgent: null,
  through: null,
};
const part = { id: 'a', by: 'alice', reason: 'r', until: null, reach: [] };
const approval: NonNullable<Alert['approval']> = {
  id: 'a',
  origin: 'command',
  instance: null,
  region: null,
  account: null,
  arn: null,
  exposure: [],
  reason: 'r',
  by: 'alice',
  from: null,
  until: null,
  revoked: null,
};
const open = { instanceName: 'w', region: 'r', severity: 'high' as const, reason: '', since: null, isLastKnown: false };
const full: Alert = {
  approved: { opened: [part], closed: [part], isComplete: true },
  approval,
  stillOpen: [{ ...open, reach: [] }],
  ...toJsonAlert(changeAlert([http], [http, sshToWorld])),
  reason: 'x'.repeat(600),
  replaces: { arn: 'arn:old', verdict: 'widened', opened: [], closed: [] },
  summary: {
    instancesListed: 20,
    instancesRead: 20,
    worst: Array.from({ length: 20 }, () => ({ instanceName: 'w', severity: 'high', exposure: [], reason: '' })),
    more: 5,
  },
  changedBy: { calls: [call, call, call, call, call], fit: 'explained', foundBy: 'event', foundAt: call.at },
};

/** The alert after `count` steps. */
const shrunken = (count: number) => {
  let left = count;
  return shrinkAlert(full, () => left-- === 0);
};

test.each<[number, string, Partial<Alert>]>([
  [1, 'the rules', { rulesBefore: null, rulesAfter: null, opened: full.opened }],
  [
    2,
    'the change',
    {
      opened: null,
      closed: null,
      replaces: { arn: 'arn:old', verdict: 'widened', opened: null, closed: null },
      approved: { opened: [{ ...part, reach: null }], closed: [{ ...part, reach: null }], isComplete: true },
      approval: { ...approval, exposure: null },
      stillOpen: [{ ...open, reach: null }],
    },
  ],
  [3, 'dormant rules and notes', { dormant: null, notes: null, summary: full.summary }],
  [
    4,
    'instances of the summary',
    { summary: { ...full.summary, worst: full.summary?.worst.slice(0, 10), more: 15 } as Alert['summary'] },
  ],
  [6, 'all instances of the summary', { summary: { instancesListed: 20, instancesRead: 20, worst: [], more: 25 } }],
  [
    7,
    'later calls',
    { changedBy: { calls: [call, call, call], callsLeftOut: 2, fit: 'explained', foundBy: 'event', foundAt: call.at } },
  ],
  [
    8,
    'the restore command',
    { restoreCommand: null, restoreNote: 'the command is too long for a message', reason: full.reason },
  ],
  [9, 'the end of the reason', { reason: 'x'.repeat(500) }],
])('step %d removes %s', (count, _title, expected) => {
  expect(shrunken(count)).toMatchObject(expected);
});

test('with the command goes the phrase about what it does', () => {
  expect(shrunken(7)).toHaveProperty('restoreEffect');
  expect(shrunken(8)).not.toHaveProperty('restoreEffect');
});

test('an alert that is small enough is unchanged, and the given alert is never modified', () => {
  const copy = structuredClone(full);
  expect(shrinkAlert(full, () => true)).toBe(full);
  expect(shrinkAlert(full, () => false)).toEqual(shrunken(9));
  expect(full).toEqual(copy);
});

test('fields that an alert does not have, and short lists, stay as they are', () => {
  const small: Alert = {
    ...full,
    reason: 'short',
    restoreCommand: null,
    restoreNote: 'y'.repeat(600),
    changedBy: full.changedBy && { ...full.changedBy, calls: [call, call, call] },
  };
  const { replaces: _, summary: __, approved: ___, approval: ____, stillOpen: _____, ...plain } = small;
  const lists = { rulesBefore: null, rulesAfter: null, opened: null, closed: null, dormant: null, notes: null };
  expect(shrinkAlert(plain, () => false)).toEqual({ ...plain, ...lists, restoreNote: 'y'.repeat(500) });
  expect(shrinkAlert({ ...plain, changedBy: null, restoreNote: null }, () => false)).toEqual({
    ...plain,
    ...lists,
    changedBy: null,
    restoreNote: null,
  });
});

test('the calls that were left out before are counted with the calls that are left out now', () => {
  const changedBy = full.changedBy && { ...full.changedBy, callsLeftOut: 4 };
  expect(shrinkAlert({ ...full, changedBy }, () => false).changedBy).toMatchObject({ callsLeftOut: 6 });
});
