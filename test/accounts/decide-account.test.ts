import { describe, expect, test } from '@jest/globals';
import { type AccountObservation, decideAccount, decideOrganization } from '../../lambda/accounts/decide-account.ts';
import type { FailureContext } from '../../lambda/accounts/decide-account-failure.ts';
import type { AccountFailure, OrganizationState, WatchedAccount } from '../../lambda/accounts/watched-account.ts';

const account = '222222222222';
const before = '2026-11-23T10:00:01.000Z';
const at = '2026-11-23T10:05:01.000Z';
const context: FailureContext = {
  at,
  passStartedAt: '2026-11-23T10:05:00.000Z',
  tellGapAfterScans: 2,
  hasListener: true,
};

const watched: WatchedAccount = {
  account,
  name: 'web',
  status: 'watched',
  since: '2026-11-01T00:00:00.000Z',
  removedBecause: null,
  isRemovalAlerted: false,
  failure: null,
  version: 4,
};
const removed: WatchedAccount = {
  ...watched,
  status: 'removed',
  since: before,
  removedBecause: 'suspended',
  isRemovalAlerted: true,
};
const failure = (fields: Partial<AccountFailure>): AccountFailure => ({
  reason: 'throttled',
  message: 'slow down',
  since: before,
  lastAt: before,
  passes: 1,
  isAlerted: false,
  ...fields,
});
const failing = (fields: Partial<AccountFailure> = {}): WatchedAccount => ({ ...watched, failure: failure(fields) });

const chosen: AccountObservation = { kind: 'chosen', name: 'web' };
const entered: AccountObservation = { kind: 'entered' };
const throttled: AccountObservation = { kind: 'not-entered', reason: 'throttled', message: 'slower' };
const denied: AccountObservation = { kind: 'not-entered', reason: 'access-denied', message: 'no role' };

/** `null`: nothing is stored. */
type Next = Partial<WatchedAccount> | null;

describe('an account that', () => {
  test.each<[string, WatchedAccount | null, AccountObservation, Next, string | null]>([
    [
      'is new is watched from now on, without an alert',
      null,
      chosen,
      { status: 'watched', name: 'web', since: at, failure: null, version: 1 },
      null,
    ],
    ['is known and chosen again does not change', watched, chosen, null, null],
    ['is chosen while it fails keeps its failure', failing(), chosen, null, null],
    ['has another name', watched, { kind: 'chosen', name: 'shop' }, { name: 'shop', version: 5 }, null],
    [
      'was removed and is chosen again',
      removed,
      chosen,
      { status: 'watched', since: at, removedBecause: null, isRemovalAlerted: false, version: 5 },
      'account-readable-again',
    ],
    [
      'was removed in silence and is chosen again: nobody knows of the removal',
      { ...removed, isRemovalAlerted: false },
      chosen,
      { status: 'watched', version: 5 },
      null,
    ],
    [
      'is suspended: its failure is over',
      failing({ isAlerted: true }),
      { kind: 'not-chosen', because: 'suspended' },
      { status: 'removed', since: at, removedBecause: 'suspended', isRemovalAlerted: true, failure: null, version: 5 },
      'account-removed',
    ],
    ['left', watched, { kind: 'not-chosen', because: 'left' }, { removedBecause: 'left' }, 'account-removed'],
    [
      'is no longer configured',
      watched,
      { kind: 'not-chosen', because: 'not-configured' },
      { removedBecause: 'not-configured' },
      'account-removed',
    ],
    ['is removed already, and leaves: told once', removed, { kind: 'not-chosen', because: 'left' }, null, null],
    [
      'was removed while nobody listened: the alert follows, with the first reason and instant',
      { ...removed, isRemovalAlerted: false },
      { kind: 'not-chosen', because: 'left' },
      { status: 'removed', since: before, removedBecause: 'suspended', isRemovalAlerted: true },
      'account-removed',
    ],
    ['was never known and is not chosen', null, { kind: 'not-chosen', because: 'left' }, null, null],
    ['is entered as always', watched, entered, null, null],
    ['is entered after a failure without an alert', failing(), entered, { failure: null, version: 5 }, null],
    [
      'is entered after a failure that was told',
      failing({ isAlerted: true }),
      entered,
      { failure: null, version: 5 },
      'account-readable-again',
    ],
    ['is entered by a scan that was on its way when the account was removed', removed, entered, null, null],
    [
      'is denied: told at once',
      watched,
      denied,
      {
        version: 5,
        failure: { reason: 'access-denied', message: 'no role', since: at, lastAt: at, passes: 1, isAlerted: true },
      },
      'account-unreadable',
    ],
    [
      'is throttled for the first time: counted',
      watched,
      throttled,
      { failure: { reason: 'throttled', message: 'slower', since: at, lastAt: at, passes: 1, isAlerted: false } },
      null,
    ],
    [
      'is throttled in the second pass: told',
      failing(),
      throttled,
      { failure: failure({ message: 'slower', lastAt: at, passes: 2, isAlerted: true }) },
      'account-unreadable',
    ],
    [
      'is throttled twice in the same pass: counted once',
      failing({ lastAt: '2026-11-23T10:05:00.500Z' }),
      throttled,
      { failure: failure({ message: 'slower', lastAt: at, passes: 1 }) },
      null,
    ],
    [
      'is throttled once and then denied: told at once',
      failing({ lastAt: '2026-11-23T10:05:00.500Z' }),
      denied,
      { failure: failure({ reason: 'access-denied', message: 'no role', lastAt: at, isAlerted: true }) },
      'account-unreadable',
    ],
    [
      'goes on failing: told once',
      failing({ reason: 'access-denied', isAlerted: true, passes: 7 }),
      throttled,
      { failure: failure({ message: 'slower', lastAt: at, passes: 8, isAlerted: true }) },
      null,
    ],
    ['fails after it was removed', removed, denied, null, null],
  ])('%s', (_, known, observation, next, alert) => {
    const decision = decideAccount(account, known, observation, context);
    if (next === null) expect(decision.next).toBeNull();
    else expect(decision.next).toMatchObject(next);
    expect(decision.alert?.kind ?? null).toBe(alert);
  });

  test('fails while there is no listener is counted, and alerted when there is one', () => {
    const nobody = { ...context, hasListener: false };
    const { next, alert } = decideAccount(account, watched, denied, nobody);
    expect({ isAlerted: next?.failure?.isAlerted, alert }).toEqual({ isAlerted: false, alert: null });
    expect(decideAccount(account, next, denied, context).alert?.kind).toBe('account-unreadable');
  });

  test('is removed while there is no listener is removed, and alerted when there is one', () => {
    const nobody = { ...context, hasListener: false };
    const gone: AccountObservation = { kind: 'not-chosen', because: 'left' };
    const { next, alert } = decideAccount(account, watched, gone, nobody);
    expect({ status: next?.status, alert }).toEqual({ status: 'removed', alert: null });
    expect(decideAccount(account, next, gone, nobody).next).toBeNull();
    expect(decideAccount(account, next, gone, context).alert?.kind).toBe('account-removed');
  });

  test('fails, or recovers, has an alert with the failure', () => {
    expect(decideAccount(account, watched, denied, context).alert?.failure).toMatchObject({ message: 'no role' });
    const { alert } = decideAccount(account, failing({ isAlerted: true }), entered, context);
    expect(alert?.failure).toMatchObject({ since: before });
  });
});

describe('the organisation', () => {
  const none: OrganizationState = { failure: null, version: 0 };
  const state = (isAlerted: boolean): OrganizationState => ({ failure: failure({ isAlerted }), version: 2 });
  const again = { failure: null, version: 3 };

  test.each<[string, OrganizationState, 'listed' | 'throttled' | 'access-denied', unknown, string | null]>([
    ['is listed as always', none, 'listed', null, null],
    ['is listed again', state(true), 'listed', again, 'organization-readable-again'],
    ['is listed again after a failure that was not told', state(false), 'listed', again, null],
    [
      'is denied',
      none,
      'access-denied',
      { failure: { reason: 'access-denied', passes: 1, isAlerted: true }, version: 1 },
      'organization-unreadable',
    ],
    ['is throttled once', none, 'throttled', { failure: { passes: 1, isAlerted: false } }, null],
    [
      'is throttled twice',
      state(false),
      'throttled',
      { failure: { passes: 2, isAlerted: true }, version: 3 },
      'organization-unreadable',
    ],
    ['goes on failing', state(true), 'throttled', { failure: { passes: 2, isAlerted: true } }, null],
  ])('%s', (_, known, observed, next, alert) => {
    const decision = decideOrganization(
      known,
      observed === 'listed' ? null : { reason: observed, message: 'no' },
      context,
    );
    if (next === null) expect(decision.next).toBeNull();
    else expect(decision.next).toMatchObject(next as object);
    expect(decision.alert?.kind ?? null).toBe(alert);
  });
});
