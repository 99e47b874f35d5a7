/** The decisions of `portwatch doctor`: rows from facts, without a request. */

import { describe, expect, test } from '@jest/globals';
import { decideAccounts, decideCompletePass } from '../../../cli/commands/doctor/decide/decide-accounts.ts';
import { decideAlarm } from '../../../cli/commands/doctor/decide/decide-alarm.ts';
import { decideSettings, decideStack, decideVersion } from '../../../cli/commands/doctor/decide/decide-deployment.ts';
import { decideExitCode, worstStatus } from '../../../cli/commands/doctor/decide/decide-exit-code.ts';
import { decideFunction, decideFunctionErrors } from '../../../cli/commands/doctor/decide/decide-functions.ts';
import { decideQueue } from '../../../cli/commands/doctor/decide/decide-queue.ts';
import { decideReadability } from '../../../cli/commands/doctor/decide/decide-scans.ts';
import { decideTable, decideTimeToLive } from '../../../cli/commands/doctor/decide/decide-table.ts';
import { decideDeliveries } from '../../../cli/commands/doctor/decide/decide-topics.ts';
import { failedRow, type Row, type RowStatus } from '../../../cli/commands/doctor/row.ts';
import { defaultSettings, effectiveSettings } from '../../../lambda/contract/settings-schema.ts';
import { watchedOf } from '../several-accounts.ts';
import { account, ago, now, place } from './samples.ts';

describe('several accounts', () => {
  const failure = {
    reason: 'access-denied' as const,
    ...{ message: 'not authorized', since: ago(30), lastAt: ago(5), passes: 6, isAlerted: true },
  };
  const loaded = (...accounts: ReturnType<typeof watchedOf>[]) => ({
    ...{ accounts, refused: [], pass: null },
    organization: { failure: null, version: 1 },
  });
  const shown = (rows: Row[]) => rows.map(({ status, resource, found }) => [status, resource, found]);

  test('one account needs no role', () => {
    expect(shown(decideAccounts(null, place))).toEqual([
      ['ok', null, 'the monitor watches the account in which it is deployed'],
    ]);
  });

  test('accounts that can be entered are counted; removed ones are no failure', () => {
    const removed = watchedOf('222233334444', 'old', { status: 'removed', removedBecause: 'left', failure });
    expect(shown(decideAccounts(loaded(watchedOf(account, 'prod'), removed), place))).toEqual([
      ['ok', null, '1 account can be entered; 1 account no longer watched'],
    ]);
    expect(shown(decideAccounts(loaded(removed), place))).toEqual([
      ['failure', null, 'no account is watched; 1 account no longer watched'],
    ]);
  });

  test('each account that cannot be entered has a row, eight at most, and the rest is counted', () => {
    const closed = Array.from({ length: 10 }, (_, i) =>
      watchedOf(String(100_000_000_000 + i), `shop-${i}`, { failure }),
    );
    const rows = decideAccounts(loaded(...closed), place);
    expect(rows.every(({ status }) => status === 'failure')).toBe(true);
    expect(shown(rows)[0]).toEqual([
      'failure',
      'shop-0 (100000000000)',
      `cannot be entered since ${ago(30)}: access-denied (not authorized)`,
    ]);
    expect(shown(rows).slice(8)).toEqual([['failure', null, '2 more accounts cannot be entered']]);
    expect(rows[0]?.command).toBe('npm run portwatch -- member-template --stack-region eu-west-1');
  });

  test('an organisation that cannot be listed, and an item that cannot be read, are failures', () => {
    const all = { ...loaded(watchedOf(account, 'prod')), organization: { failure, version: 2 } };
    const refused = [{ key: '222233334444', problem: 'schema 9' }];
    expect(shown(decideAccounts({ ...all, refused }, place))).toEqual([
      [
        'failure',
        'organisation',
        `cannot be listed since ${ago(30)}: access-denied (not authorized); new accounts are not watched`,
      ],
      ['failure', '222233334444', 'this version of Portwatch cannot read the item: schema 9'],
    ]);
  });

  test.each([
    [{ endedAt: null, complete: false }, 'ok'],
    [{ endedAt: ago(1), complete: true }, 'ok'],
    [{ endedAt: ago(1), complete: false }, 'warning'],
  ])('a pass %j is %s', (pass, status) => {
    expect(decideCompletePass({ startedAt: ago(3), accounts: 2, ...pass }, place).status).toBe(status);
  });

  test('a firewall that cannot be read names its account', () => {
    const state = (id: string, failed: boolean) => ({
      ...{ resource: { account: id, region: 'eu-west-1', instanceName: 'web-1' }, baselinedAt: ago(90) },
      ...{ status: 'known' as const, failure: failed ? { ...failure, scans: 3, told: true } : null },
    });
    const states = [state('222233334444', true)] as Parameters<typeof decideReadability>[0];
    const names = new Map([['222233334444', 'prod']]);
    expect(decideReadability(states, [], [], names, place).map(({ resource }) => resource)).toEqual([
      'prod (222233334444) eu-west-1 web-1',
    ]);
  });
});

describe('the stack', () => {
  test.each<[string, RowStatus]>([
    ['CREATE_COMPLETE', 'ok'],
    ['UPDATE_COMPLETE', 'ok'],
    ['UPDATE_IN_PROGRESS', 'warning'],
    ['UPDATE_ROLLBACK_COMPLETE', 'warning'],
    ['ROLLBACK_COMPLETE', 'failure'],
    ['UPDATE_ROLLBACK_FAILED', 'failure'],
    ['DELETE_COMPLETE', 'failure'],
  ])('%s is %s', (status, expected) => {
    expect(decideStack('Portwatch', status, place).status).toBe(expected);
  });

  test('without a version was deployed by an earlier one', () => {
    expect(decideVersion('0.1.0+a', '0.1.0+a', place).status).toBe('ok');
    expect(decideVersion('0.1.0+b', '0.1.0+a', place).status).toBe('warning');
    expect(decideVersion(null, '0.1.0+a', place)).toMatchObject({
      status: 'warning',
      found: 'the stack does not name its version, so it is older than this clone (0.1.0+a)',
    });
  });

  const settings = effectiveSettings(defaultSettings());

  test.each<[string, Partial<typeof settings>, Partial<typeof settings>, RowStatus]>([
    ['the same', {}, {}, 'ok'],
    ['the account as the name of an account without a name', { name: account }, {}, 'ok'],
    ['another name', { name: 'prod' }, {}, 'warning'],
    ['fewer regions', { regions: ['eu-west-1'] }, {}, 'warning'],
    ['other expected changes', {}, { expected: [{ reason: 'a', instance: 'b' }] as never }, 'warning'],
  ])('settings: %s', (_, recorded, clone, status) => {
    const check = { recorded: { ...settings, ...recorded }, clone: { ...settings, ...clone }, account };
    expect(decideSettings(check, place).status).toBe(status);
  });

  test('settings that no scan has recorded are not known', () => {
    expect(decideSettings({ recorded: null, clone: settings, account }, place).status).toBe('unknown');
  });
});

describe('functions, queues, alarms, deliveries, table', () => {
  const running = { state: 'Active', stateReason: '', lastUpdate: 'Successful' };

  test.each<[string, typeof running | null, number | null, RowStatus]>([
    ['runs', running, null, 'ok'],
    ['runs, with a limit', running, 5, 'ok'],
    ['is idle', { ...running, state: 'Inactive' }, null, 'ok'],
    ['is being made', { ...running, state: 'Pending' }, null, 'warning'],
    ['was not updated', { ...running, lastUpdate: 'Failed' }, null, 'warning'],
    ['cannot be made', { ...running, state: 'Failed' }, null, 'failure'],
    ['may not run', running, 0, 'failure'],
    ['is deleted', null, null, 'failure'],
  ])('a function that %s', (_, facts, concurrency, status) => {
    expect(decideFunction('F', facts, concurrency, place).status).toBe(status);
  });

  test.each<[number, number, number, RowStatus]>([
    [288, 0, 0, 'ok'],
    [0, 0, 0, 'ok'],
    [288, 1, 0, 'warning'],
    [288, 0, 1, 'warning'],
    [288, 288, 0, 'failure'],
    [0, 0, 3, 'failure'],
  ])('%p invocations, %p errors, %p throttles: %s', (invocations, errors, throttles, status) => {
    expect(decideFunctionErrors('F', { invocations, errors, throttles }, place).status).toBe(status);
  });

  test.each<[number, number, RowStatus]>([
    [0, 0, 'ok'],
    [1, 9, 'warning'],
    [1, 0, 'failure'],
  ])('%p failed and %p delivered messages: %s', (failed, delivered, status) => {
    expect(decideDeliveries('arn:aws:sns:eu-west-1:1:T', failed, delivered, place).status).toBe(status);
  });

  test.each<[string, { waiting: number; inFlight: number; hasDeadLetters: boolean } | null, RowStatus]>([
    ['is empty', { waiting: 0, inFlight: 0, hasDeadLetters: false }, 'ok'],
    ['is work', { waiting: 9, inFlight: 1, hasDeadLetters: true }, 'ok'],
    ['holds a letter', { waiting: 1, inFlight: 0, hasDeadLetters: false }, 'failure'],
    ['holds a letter that somebody reads', { waiting: 0, inFlight: 1, hasDeadLetters: false }, 'failure'],
    ['is deleted', null, 'failure'],
  ])('a queue that %s', (_, facts, status) => {
    expect(decideQueue('https://sqs/1/Q', facts, place).status).toBe(status);
  });

  const alarm = {
    state: 'OK',
    reason: '',
    since: ago(90),
    areActionsOn: true,
    actions: ['arn:health'],
    description: '',
  };

  test.each<[string, Partial<typeof alarm>, RowStatus, string]>([
    ['is well', {}, 'ok', 'OK for 1 h 30 min, actions on'],
    ['has no data', { state: 'INSUFFICIENT_DATA' }, 'ok', 'no data yet for 1 h 30 min, actions on'],
    ['is in ALARM', { state: 'ALARM', reason: 'r' }, 'failure', 'ALARM for 1 h 30 min: r'],
    [
      'is in ALARM and silent',
      { state: 'ALARM', reason: 'r', areActionsOn: false },
      'failure',
      'ALARM for 1 h 30 min: r; its actions are off, so nobody is notified',
    ],
    [
      'is silent',
      { areActionsOn: false },
      'failure',
      'OK for 1 h 30 min, and its actions are off: nobody would be notified',
    ],
    [
      'tells another topic',
      { actions: ['arn:other'] },
      'failure',
      'OK for 1 h 30 min, and it publishes to no topic of the stack: nobody would be notified',
    ],
  ])('an alarm that %s', (_, changed, status, found) => {
    expect(decideAlarm('A', { ...alarm, ...changed }, ['arn:health'], now, place)).toMatchObject({ status, found });
  });

  test('an alarm in a state of a later version is not known', () => {
    expect(decideAlarm('A', { ...alarm, state: 'ODD' }, ['arn:health'], now, place)).toMatchObject({
      status: 'unknown',
      found: 'not known: CloudWatch answers the state "ODD"',
    });
  });

  test.each<[string, RowStatus]>([
    ['ACTIVE', 'ok'],
    ['UPDATING', 'ok'],
    ['DELETING', 'failure'],
    ['INACCESSIBLE_ENCRYPTION_CREDENTIALS', 'failure'],
  ])('a table with status %s: %s', (status, expected) => {
    expect(decideTable('T', { status, hasDeletionProtection: true }, place).status).toBe(expected);
  });

  test('time to live for another attribute is a warning, and the command switches it off for that attribute first', () => {
    const { status, remedy, command } = decideTimeToLive('T', { isOn: true, attribute: 'ttl' }, place);
    expect([status, remedy, command]).toEqual([
      'warning',
      'switch it off for the attribute ttl, wait up to one hour, then switch it on for the attribute expiresAt: this row then shows the command',
      "aws dynamodb update-time-to-live --table-name T --time-to-live-specification 'Enabled=false,AttributeName=ttl' --region eu-west-1",
    ]);
  });
});

describe('the exit code', () => {
  const rowsOf = (...statuses: RowStatus[]) => statuses.map((status) => ({ status }) as Row);

  test.each<[RowStatus[], number, RowStatus]>([
    [['ok', 'ok'], 0, 'ok'],
    [['ok', 'warning'], 1, 'warning'],
    [['warning', 'unknown'], 2, 'unknown'],
    [['unknown', 'failure', 'warning'], 1, 'failure'],
  ])('of %p is %p', (statuses, code, status) => {
    expect(decideExitCode(rowsOf(...statuses))).toBe(code);
    expect(worstStatus(rowsOf(...statuses))).toBe(status);
  });

  test.each([
    ['AccessDeniedException', 'access is denied', 'allow a:B; docs/permissions.md has a policy for this command'],
    ['AuthorizationErrorException', 'access is denied', 'allow a:B; docs/permissions.md has a policy for this command'],
    ['ThrottlingException', 'the request was throttled', expect.stringContaining('run the command again')],
    ['UnknownOperationException', 'the request failed', expect.stringContaining('run the command again')],
  ])('a request that fails with %s is a row that is not known', (name, why, remedy) => {
    const row = failedRow({ check: 'alarm', resource: null }, ['a:B'], Object.assign(new Error('text'), { name }));
    expect(row).toMatchObject({
      status: 'unknown',
      found: `not known: ${why} (${name}: text)`,
      remedy,
      permissions: ['a:B'],
    });
  });
});
