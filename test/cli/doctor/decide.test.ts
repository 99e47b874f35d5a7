/** The decisions of `portwatch doctor`: rows from facts, without a request. */

import { describe, expect, test } from '@jest/globals';
import type { FieldSelector } from '../../../cli/aws/monitor/read-trails.ts';
import { decideAccounts, decideCompletePass } from '../../../cli/commands/doctor/decide/decide-accounts.ts';
import { decideAlarm } from '../../../cli/commands/doctor/decide/decide-alarm.ts';
import { decideSettings, decideStack, decideVersion } from '../../../cli/commands/doctor/decide/decide-deployment.ts';
import { decideExitCode, worstStatus } from '../../../cli/commands/doctor/decide/decide-exit-code.ts';
import { decideFunction, decideFunctionErrors } from '../../../cli/commands/doctor/decide/decide-functions.ts';
import { decideQueue } from '../../../cli/commands/doctor/decide/decide-queue.ts';
import {
  decideCompleteScan,
  decideLastScan,
  decideReadability,
  decideSchedule,
  decideWaitingAlerts,
} from '../../../cli/commands/doctor/decide/decide-scans.ts';
import { decideTable, decideTimeToLive } from '../../../cli/commands/doctor/decide/decide-table.ts';
import { decideDeliveries } from '../../../cli/commands/doctor/decide/decide-topics.ts';
import { decideCoverage, decideTrail, type TrailFacts } from '../../../cli/commands/doctor/decide/decide-trails.ts';
import { failedRow, type Row, type RowStatus } from '../../../cli/commands/doctor/row.ts';
import { portwatchCommand } from '../../../cli/commands/doctor/suggested-commands.ts';
import { findWaitingAlerts } from '../../../cli/questions/waiting-alerts.ts';
import { defaultSettings, effectiveSettings } from '../../../lambda/contract/settings-schema.ts';
import { watchedOf } from '../several-accounts.ts';

const place = { region: 'eu-west-1', stack: 'Portwatch', monitor: null, profile: null };
const now = Date.parse('2026-11-23T12:00:00Z');
const ago = (minutes: number) => new Date(now - minutes * 60_000).toISOString();
const account = '111122223333';

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

test('a command on the deployment names the stack and the monitor that are not those of a clone', () => {
  const own = { ...place, stack: 'Own', monitor: 'Web', profile: 'prod' };
  expect(portwatchCommand(own, 'test-alert')).toBe(
    'npm run portwatch -- test-alert --stack-region eu-west-1 --stack Own --monitor Web --profile prod',
  );
  expect(portwatchCommand(place, 'test-alert')).toBe('npm run portwatch -- test-alert --stack-region eu-west-1');
});

describe('the schedule', () => {
  test('of the collector has an interval of its own', () => {
    const collector = { ...facts, expression: 'rate(1 minute)', input: '{"portwatch":"collect"}' };
    const check = { name: 'Collecting', facts: collector, scanFunction: 'Scan', scanEveryMinutes: 5, now };
    expect(decideSchedule(check, place)).toMatchObject({
      status: 'ok',
      found: 'enabled, rate(1 minute), for the collector',
    });
  });

  const facts = {
    isEnabled: true,
    input: '{}',
    expression: 'rate(5 minutes)',
    target: 'arn:aws:lambda:eu-west-1:1:function:Scan',
    startsAt: null,
    endsAt: null,
  };
  const decide = (
    changed: Partial<typeof facts | { endsAt: string; startsAt: string }>,
    scanEveryMinutes: number | null = 5,
  ) =>
    decideSchedule({ name: 'S', facts: { ...facts, ...changed }, scanFunction: 'Scan', scanEveryMinutes, now }, place);

  test.each<[string, Partial<typeof facts | { endsAt: string; startsAt: string }>, number | null, RowStatus, string]>([
    ['as deployed', {}, 5, 'ok', 'enabled, rate(5 minutes)'],
    ['of an hour', { expression: 'rate(1 hour)' }, 60, 'ok', 'enabled, rate(1 hour)'],
    ['of a day', { expression: 'rate(1 day)' }, 1440, 'ok', 'enabled, rate(1 day)'],
    ['of settings that are not known', { expression: 'rate(7 minutes)' }, null, 'ok', 'enabled, rate(7 minutes)'],
    [
      'that has not begun',
      { startsAt: '2026-11-23T12:05:00.000Z' },
      5,
      'ok',
      'enabled, rate(5 minutes), from 2026-11-23T12:05:00.000Z on',
    ],
    ['that has begun', { startsAt: '2026-11-23T11:05:00.000Z' }, 5, 'ok', 'enabled, rate(5 minutes)'],
    ['disabled', { isEnabled: false }, 5, 'failure', 'the schedule is disabled: no scan starts'],
    [
      'that has ended',
      { endsAt: '2026-11-23T12:00:00.000Z' },
      5,
      'failure',
      'the schedule ended on 2026-11-23T12:00:00.000Z: no scan starts',
    ],
    [
      'of another function',
      { target: 'arn:aws:lambda:eu-west-1:1:function:Other' },
      5,
      'failure',
      'the schedule starts arn:aws:lambda:eu-west-1:1:function:Other, which is not the scan function',
    ],
    [
      'of another interval',
      { expression: 'rate(1 hour)' },
      5,
      'warning',
      'the schedule is rate(1 hour), and the last scan worked with an interval of 5 minutes',
    ],
    [
      'of another kind',
      { expression: 'cron(0 10 * * ? *)' },
      5,
      'warning',
      'the schedule is cron(0 10 * * ? *), and the last scan worked with an interval of 5 minutes',
    ],
  ])('%s', (_, changed, interval, status, found) => {
    expect(decide(changed, interval)).toMatchObject({ status, found });
  });
});

describe('the scans', () => {
  test.each<[number | null, number, RowStatus]>([
    [5, 5, 'ok'],
    [11, 5, 'ok'],
    [12, 5, 'warning'],
    [30, 5, 'warning'],
    [31, 5, 'failure'],
    [1440, 1440, 'ok'],
    [3000, 1440, 'warning'],
    [4321, 1440, 'failure'],
    [null, 5, 'failure'],
  ])('the last scan began %p minutes ago, with an interval of %p: %s', (minutes, scanEveryMinutes, status) => {
    const check = { startedAt: minutes === null ? null : ago(minutes), scanEveryMinutes, now };
    expect(decideLastScan(check, place).status).toBe(status);
  });

  const complete = {
    startedAt: ago(5),
    scanEveryMinutes: 5,
    now,
    searchedDays: 3,
    regionsFailed: {},
    notRead: [],
    isNewestComplete: true,
  };

  test.each<[string, Partial<Parameters<typeof decideCompleteScan>[0]>, RowStatus, string]>([
    ['the newest', {}, 'ok', 'the last complete scan began 5 min ago (2026-11-23T11:55:00.000Z)'],
    [
      'an earlier one',
      { isNewestComplete: false, notRead: ['eu-west-1#web-1'] },
      'warning',
      'the last complete scan began 5 min ago (2026-11-23T11:55:00.000Z); the newest scan lacks eu-west-1 web-1',
    ],
    [
      'one long ago',
      { startedAt: ago(31) },
      'failure',
      'the last complete scan began 31 min ago (2026-11-23T11:29:00.000Z)',
    ],
    [
      'none',
      { startedAt: null, isNewestComplete: false, regionsFailed: { 'us-east-1': 'throttled' } },
      'failure',
      'no scan of the last 3 days was complete; the newest scan lacks us-east-1 (throttled)',
    ],
  ])('the last complete scan is %s', (_, changed, status, found) => {
    expect(decideCompleteScan({ ...complete, ...changed }, place)).toMatchObject({ status, found });
  });

  test.each<[number, RowStatus]>([
    [30, 'warning'],
    [31, 'failure'],
  ])('an alert that waits for %p minutes: %s', (minutes, status) => {
    expect(decideWaitingAlerts({ count: 2, oldestAt: ago(minutes) }, { scanEveryMinutes: 5, now }, place).status).toBe(
      status,
    );
  });
});

describe('alerts that wait', () => {
  const resource = { account, region: 'eu-west-1', instanceName: 'web-1' };
  const state = { resource, version: 3, alerted: 1, lastAt: ago(5), firstSeenAt: ago(90), pending: null };
  const source = {
    async *readEntries() {
      yield [3, 2].map((version) => ({ version, at: ago(version * 10) }));
      yield [{ version: 1, at: ago(80) }];
    },
  };

  test('are counted, and the oldest is found in the history', async () => {
    expect(await findWaitingAlerts([state, { ...state, alerted: 2 }], source)).toEqual({ count: 3, oldestAt: ago(20) });
  });

  test('of one entry are found without a read', async () => {
    expect(
      await findWaitingAlerts([{ ...state, alerted: 2 }], {
        readEntries: () => {
          throw new Error('read');
        },
      }),
    ).toEqual({ count: 1, oldestAt: ago(5) });
  });

  test('are none if every entry is alerted', async () => {
    expect(await findWaitingAlerts([{ ...state, alerted: 3 }], source)).toBeNull();
  });
});

describe('regions and instances', () => {
  const region = { account, region: 'us-east-1', instanceName: null };
  const failure = {
    reason: 'access-denied',
    message: 'no',
    since: ago(60),
    sinceScan: 1,
    confirmedAt: null,
    gapAt: null,
  } as const;
  const state = { resource: region, failure, baselinedAt: ago(600), status: 'unknown' } as const;

  test.each<[string, Parameters<typeof decideReadability>[0][number], RowStatus]>([
    ['a region that was listed', state, 'failure'],
    ['a region that access was always denied to', { ...state, baselinedAt: null }, 'warning'],
    [
      'a region that is not enabled',
      { ...state, baselinedAt: null, failure: { ...failure, reason: 'region-not-enabled' } },
      'ok',
    ],
    ['an instance', { ...state, resource: { ...region, instanceName: 'web-1' }, baselinedAt: null }, 'failure'],
    ['an instance that is gone', { ...state, resource: { ...region, instanceName: 'web-1' }, status: 'gone' }, 'ok'],
    ['a region that can be read', { ...state, failure: null, status: 'known' }, 'ok'],
  ])('%s', (_, given, status) => {
    expect(decideReadability([given], [], [], null, place).map((row) => row.status)).toEqual([status]);
  });

  test('P5: what Lightsail lists without a name is a failure, and not "every region and instance can be read"', () => {
    const nameless = [
      { account, region: 'eu-west-1' },
      { account, region: null },
    ];
    const rows = decideReadability([], [], nameless, null, place);
    expect(rows.map(({ status, resource, found }) => [status, resource, found])).toEqual([
      ['failure', 'eu-west-1', 'Lightsail lists an instance without a name, so nobody can read it'],
      ['failure', 'a region', 'Lightsail lists a region without a name, so nobody can read it'],
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

describe('trails', () => {
  const management: FieldSelector = { field: 'eventCategory', conditions: { Equals: ['Management'] } };
  const with_ = (...more: FieldSelector[]) => ({ basic: [], advanced: [[management, ...more]] });

  test.each<[string, Parameters<typeof decideCoverage>[0], ReturnType<typeof decideCoverage>]>([
    ['all events', { basic: [{ readWrite: 'All', hasManagementEvents: true }], advanced: [] }, 'all'],
    ['only writes', { basic: [{ readWrite: 'WriteOnly', hasManagementEvents: true }], advanced: [] }, 'all'],
    ['only reads', { basic: [{ readWrite: 'ReadOnly', hasManagementEvents: true }], advanced: [] }, 'none'],
    ['no management events', { basic: [{ readWrite: 'All', hasManagementEvents: false }], advanced: [] }, 'none'],
    ['no selectors', { basic: [], advanced: [] }, 'all'],
    ['all, advanced', with_(), 'all'],
    [
      'only data events, advanced',
      { basic: [], advanced: [[{ field: 'eventCategory', conditions: { Equals: ['Data'] } }]] },
      'none',
    ],
    ['only reads, advanced', with_({ field: 'readOnly', conditions: { Equals: ['true'] } }), 'none'],
    ['only writes, advanced', with_({ field: 'readOnly', conditions: { Equals: ['false'] } }), 'all'],
    ['not KMS', with_({ field: 'eventSource', conditions: { NotEquals: ['kms.amazonaws.com'] } }), 'all'],
    ['not Lightsail', with_({ field: 'eventSource', conditions: { NotEquals: ['lightsail.amazonaws.com'] } }), 'none'],
    ['not light…', with_({ field: 'eventSource', conditions: { NotStartsWith: ['light'] } }), 'none'],
    ['no …amazonaws.com', with_({ field: 'eventSource', conditions: { NotEndsWith: ['.amazonaws.com'] } }), 'none'],
    ['only Put…', with_({ field: 'eventName', conditions: { StartsWith: ['Put'] } }), 'some'],
    ['…Ports', with_({ field: 'eventName', conditions: { EndsWith: ['Ports'] } }), 'some'],
    ['an operator of a later version', with_({ field: 'eventName', conditions: {} }), 'some'],
    ['not one role', with_({ field: 'userIdentity.arn', conditions: { NotEquals: ['arn:a'] } }), 'some'],
    [
      'Put…, and the others',
      {
        basic: [],
        advanced: [with_({ field: 'eventName', conditions: { StartsWith: ['Put'] } }).advanced[0] ?? [], [management]],
      },
      'all',
    ],
  ])('%s', (_, selectors, coverage) => {
    expect(decideCoverage(selectors)).toBe(coverage);
  });

  const good: TrailFacts = {
    arn: 'arn:t/a',
    homeRegion: 'eu-west-1',
    isLogging: true,
    selectors: with_(),
    problem: null,
  };
  const stopped = { ...good, arn: 'arn:t/b', isLogging: false };
  const unread = {
    ...good,
    arn: 'arn:t/c',
    isLogging: 'unknown',
    selectors: 'unknown',
    problem: 'TrailNotFoundException',
  } as const;

  test.each<[string, TrailFacts[], RowStatus, RegExp]>([
    ['one that logs', [stopped, unread, good], 'ok', /^the trail a logs management events$/],
    [
      'one that could not be read',
      [stopped, unread],
      'unknown',
      /^not known: the trail c could not be read \(TrailNotFoundException\)$/,
    ],
    ['one that stopped', [stopped], 'warning', /^the trail b has stopped logging: no event reaches Portwatch/],
    [
      'one that lets some calls through',
      [{ ...good, selectors: with_({ field: 'eventName', conditions: { StartsWith: ['Put'] } }) }],
      'warning',
      /^the advanced selectors of the trail a let only some calls through/,
    ],
    ['none', [], 'warning', /^no trail covers the region/],
  ])('%s', (_, trails, status, found) => {
    expect(decideTrail({ region: 'eu-west-1', trails, isForwarded: true }, place)).toMatchObject({
      status,
      found: expect.stringMatching(found),
    });
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
