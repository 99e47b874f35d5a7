/** The weekly digest and the test alert in all formats. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { buildTestAlert } from '../../cli/commands/test-alert/build-test-alert.ts';
import { renderChatMessage, renderChatNotification } from '../../lambda/alerts/amazon-q-notification.ts';
import { planMessages } from '../../lambda/alerts/plan-messages.ts';
import { RenderedAlerts } from '../../lambda/alerts/rendered-alerts.ts';
import { renderSlackDigest } from '../../lambda/alerts/slack-digest-message.ts';
import { renderSlackWebhookMessage } from '../../lambda/alerts/slack-webhook-message.ts';
import { buildWeekAlert, listProblems, type WeekState } from '../../lambda/alerts/weekly-digest-alert.ts';
import { type Alert, parseDigest, type WeekSummary } from '../../lambda/contract/json-event.ts';
import { account, context as scanContext } from './fixtures.ts';

const coverage = { ...scanContext.coverage, instancesRead: 43, regionsSkipped: [] };
const context = { ...scanContext, coverage, tableRegion: 'eu-west-1' };

const quiet: WeekSummary = {
  from: '2026-11-16T10:05:00.000Z',
  until: '2026-11-23T10:05:02.120Z',
  counts: {
    scans: 2016,
    completeScans: 2016,
    longestSilenceSeconds: 301,
    changes: { critical: 0, high: 1, medium: 0, low: 1, info: 0 },
    expectedChanges: 14,
    rewritten: 1,
  },
  openToWorld: [],
  openToWorldMore: 0,
  gaps: [],
  gapsMore: 0,
  subscriptions: { confirmed: 2, pending: 0, deleted: 0 },
  problems: [],
};

const bad: WeekSummary = {
  ...quiet,
  counts: {
    scans: 1440,
    completeScans: 1437,
    longestSilenceSeconds: 2 * 86_400,
    changes: { critical: 1, high: 0, medium: 0, low: 0, info: 0 },
    expectedChanges: 0,
    rewritten: 0,
  },
  openToWorld: [
    {
      instanceName: 'web-1',
      region: 'eu-west-1',
      severity: 'critical',
      reason: 'tcp 22 (SSH) is on the high-risk list (AWS Security Hub EC2.19) and is open to anywhere',
      since: '2026-11-20T10:00:03.001Z',
      isLastKnown: false,
    },
    {
      instanceName: 'db *<!channel>*\n',
      region: 'us-east-1',
      severity: 'high',
      reason: 'tcp 9000 is open to anywhere',
      since: '2026-11-01T00:00:00.000Z',
      isLastKnown: true,
    },
  ],
  openToWorldMore: 3,
  gaps: [
    { region: 'us-east-1', instanceName: 'db *<!channel>*\n', reason: 'throttled', since: '2026-11-22T09:00:00.000Z' },
    { region: 'eu-west-3', instanceName: null, reason: 'access-denied', since: '2026-11-23T08:00:00.000Z' },
  ],
  subscriptions: { confirmed: 1, pending: 1, deleted: 2 },
  problems: ['2 gaps open', '2 days without a complete scan'],
};

const slackOf = (alert: Alert) => new RenderedAlerts(context).slack([alert]);

function publishWeek(week: WeekSummary) {
  const [plan, ...more] = planMessages([[buildWeekAlert(week, week.from, context)]], context, 'digest-1');
  if (plan === undefined || more.length > 0) throw new Error('expected one message');
  const bodies: Record<string, string> = JSON.parse(plan.message.message);
  const chat = JSON.parse(renderChatMessage(bodies['default'] ?? '', plan.message.subject));
  return { ...plan.message, digest: plan.digest, email: bodies['email'], chat };
}

describe('the weekly digest of a quiet week', () => {
  test('the subject says that all is well, and names no region', () => {
    expect(publishWeek(quiet).subject).toBe('[INFO] prod: all is well: 43 instances watched, 2 changes this week');
  });

  test('the mail', () => {
    expect(publishWeek(quiet).email).toBe(
      `INFO  from 16 November 2026 to 23 November 2026   account 123456789012 (prod)
  All is well: 43 instances watched, 2 changes this week.
  Scans: 2016, all complete; the longest time without a complete scan: 5 minutes.
  Changes: 2 (1 high, 1 low); 14 expected, not sent; 1 rewritten without effect, not sent.
  Open to the world and critical or high: nothing.
  Subscriptions to alerts: 2 confirmed.
  This mail comes once a week. If it does not come, Portwatch is not running: docs/runbook.md.

--
Portwatch, scan of 10:05:02 UTC, 23 November 2026, account 123456789012 (prod)
Read 43 of 43 instances in 16 regions.
`,
    );
  });

  test('the JSON event', () => {
    const { digest } = publishWeek(quiet);
    expect(digest.alerts).toEqual([
      {
        alertId: expect.stringMatching(/^[0-9a-f]{32}$/),
        kind: 'all-is-well',
        severity: 'info',
        reason: 'all is well: 43 instances watched, 2 changes this week',
        region: 'eu-west-1',
        instance: null,
        changedAfter: '2026-11-16T10:05:00.000Z',
        changedBefore: '2026-11-23T10:05:02.120Z',
        verdict: null,
        opened: [],
        closed: [],
        rulesBefore: null,
        rulesAfter: null,
        dormant: [],
        notes: [],
        changedBy: null,
        restoreCommand: null,
        restoreNote: null,
        details: { table: 'Portwatch-SnapshotTable', pk: 'SCANS#123456789012', sk: '2026-11-23T10:05:02.120Z' },
        week: quiet,
      },
    ]);
  });

  test('P3: the id depends only on the account and the start of the week', () => {
    const idOf = (week: WeekSummary, startedAt: string, of = context) => buildWeekAlert(week, startedAt, of).alertId;
    expect(idOf(bad, quiet.from)).toBe(idOf(quiet, quiet.from));
    expect(idOf(quiet, quiet.until)).not.toBe(idOf(quiet, quiet.from));
    expect(idOf(quiet, quiet.from, { ...context, account: '210987654321' })).not.toBe(idOf(quiet, quiet.from));
  });

  test('in chat', () => {
    const { content } = publishWeek(quiet).chat;
    expect(content.title).toBe(
      ':information_source: [INFO] prod: all is well: 43 instances watched, 2 changes this week',
    );
    expect(content.description).toBe(
      ':information_source: *INFO* All is well: 43 instances watched, 2 changes this week.\n' +
        'Scans: 2016, all complete; the longest time without a complete scan: 5 minutes.\n' +
        'Changes: 2 (1 high, 1 low); 14 expected, not sent; 1 rewritten without effect, not sent.\n' +
        'Open to the world and critical or high: nothing.\n' +
        'Subscriptions to alerts: 2 confirmed.\n\n' +
        'Read 43 of 43 instances in 16 regions.',
    );
    expect(content.keywords).toEqual(['portwatch', 'info', 'all-is-well']);
  });
});

describe('the sentences of a weekly digest', () => {
  const linesOf = (week: WeekSummary) => publishWeek(week).email?.split('\n').slice(1, -5) ?? [];
  const counts = (over: Partial<NonNullable<WeekSummary['counts']>>) => ({ ...quiet.counts!, ...over });

  test('a week that was not counted has no count of changes, and a topic without counts no subscriptions', () => {
    expect(
      linesOf({ ...quiet, counts: null, subscriptions: null, problems: ['the week could not be counted'] }),
    ).toEqual([
      '  The week could not be counted: 43 instances watched.',
      '  Scans and changes: not counted, because the table could not be read.',
      '  Open to the world and critical or high: nothing.',
      '  This mail comes once a week. If it does not come, Portwatch is not running: docs/runbook.md.',
    ]);
  });

  test('changes without an event, and expected changes that ended, have a sentence each', () => {
    const changes = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
    const ranOut = ['the move to the new office', 'a\nb'];
    expect(
      linesOf({ ...quiet, counts: counts({ changes, rewritten: 0, unannounced: 1 }), ranOut }).slice(2, -1),
    ).toEqual([
      '  Changes: 0; 14 expected, not sent.',
      '  1 change found by scans without an event: events need a CloudTrail trail that logs management events in that region (docs/configuration.md#events).',
      '  Open to the world and critical or high: nothing.',
      '  Subscriptions to alerts: 2 confirmed.',
      '  An expected change ended, because its configured time is over: the move to the new office.',
      '  An expected change ended, because its configured time is over: a\uFFFDb.',
    ]);
  });

  test.each([
    ['2026-11-17T10:05:02.120Z', 'in 6 days'],
    ['2026-11-16T10:05:02.120Z', 'this week'],
    ['2026-11-15T10:05:02.120Z', 'this week'],
    ['2026-11-14T10:05:02.120Z', 'in 9 days'],
    ['2026-11-22T10:05:02.120Z', 'in 1 day'],
  ])('a week from %s has its changes %s', (from, span) => {
    expect(linesOf({ ...quiet, from })[0]).toBe(`  All is well: 43 instances watched, 2 changes ${span}.`);
  });
});

describe('the weekly digest of a bad week', () => {
  test('P5: the subject has the problems', () => {
    const { subject } = publishWeek(bad);
    expect(subject).toBe(
      '[INFO] prod: 2 gaps open, 2 days without a complete scan: 43 instances watched, 1 change this we...',
    );
    expect(subject.length).toBeLessThan(100);
  });

  test('the mail, with printable text from outside', () => {
    expect(publishWeek(bad).email).toBe(
      `INFO  from 16 November 2026 to 23 November 2026   account 123456789012 (prod)
  2 gaps open, 2 days without a complete scan: 43 instances watched, 1 change this week, 5 open to the world.
  Scans: 1440, 3 incomplete; the longest time without a complete scan: 2 days.
  Changes: 1 (1 critical).
  Open to the world and critical or high:
    CRITICAL  web-1  eu-west-1   tcp 22 (SSH) is on the high-risk list (AWS Security Hub EC2.19) and is open to anywhere; unchanged since 10:00:03 UTC, 20 November 2026
    HIGH      db *<!channel>*\uFFFD  us-east-1   tcp 9000 is open to anywhere; unchanged since 00:00:00 UTC, 1 November 2026; it can't be read now
    and 3 more
  Can't be read, so changes there are not detected:
    db *<!channel>*\uFFFD  us-east-1   since 09:00:00 UTC, 22 November 2026: throttled
    the region  eu-west-3   since 08:00:00 UTC, 23 November 2026: access-denied
  Subscriptions to alerts: 1 confirmed; 1 not confirmed, so no alerts are sent to them; 2 removed recently.
  This mail comes once a week. If it does not come, Portwatch is not running: docs/runbook.md.

--
Portwatch, scan of 10:05:02 UTC, 23 November 2026, account 123456789012 (prod)
Read 43 of 43 instances in 16 regions.
`,
    );
  });

  test('the chat notification, without mentions and formatting from outside', () => {
    const [alert] = publishWeek(bad).digest.alerts;
    expect(alert && slackOf(alert)).toBe(
      ':information_source: *INFO* 2 gaps open, 2 days without a complete scan: 43 instances watched, 1 change this week, 5 open to the world.\n' +
        'Scans: 1440, 3 incomplete; the longest time without a complete scan: 2 days.\n' +
        'Changes: 1 (1 critical).\n' +
        'Open to the world and critical or high:\n' +
        'critical `web-1`  eu-west-1   tcp 22 (SSH) is on the high-risk list (AWS Security Hub EC2.19) and is open to anywhere; unchanged since 10:00:03 UTC, 20 November 2026\n' +
        "high `db *&lt;!channel&gt;*\uFFFD`  us-east-1   tcp 9000 is open to anywhere; unchanged since 00:00:00 UTC, 1 November 2026; it can't be read now\n" +
        'and 3 more\n' +
        "Can't be read, so changes there are not detected:\n" +
        '`db *&lt;!channel&gt;*\uFFFD`  us-east-1   since 09:00:00 UTC, 22 November 2026: `throttled`\n' +
        'the region  eu-west-3   since 08:00:00 UTC, 23 November 2026: `access-denied`\n' +
        'Subscriptions to alerts: 1 confirmed; 1 not confirmed, so no alerts are sent to them; 2 removed recently.',
    );
  });

  test('lists of more than five lines are shortened and counted in Slack, and complete in the mail', () => {
    const [open, gap] = [bad.openToWorld[0]!, bad.gaps[0]!];
    const name = (_: unknown, i: number) => ({ instanceName: `web-${i + 1}` });
    const week = {
      ...bad,
      openToWorld: Array.from({ length: 6 }, name).map((each) => ({ ...open, ...each, reason: 'open', since: null })),
      gaps: Array.from({ length: 7 }, name).map((each) => ({ ...gap, ...each })),
      gapsMore: 4,
    };
    const alert = buildWeekAlert(week, week.from, context);
    const gapLine = (shown: string) => `${shown}  us-east-1   since 09:00:00 UTC, 22 November 2026: `;
    expect(slackOf(alert).split('\n').slice(3, 17)).toEqual([
      'Open to the world and critical or high:',
      ...[1, 2, 3, 4, 5].map((i) => `critical \`web-${i}\`  eu-west-1   open`),
      'and 4 more',
      "Can't be read, so changes there are not detected:",
      ...[1, 2, 3, 4, 5].map((i) => `${gapLine(`\`web-${i}\``)}\`throttled\``),
      'and 6 more',
    ]);
    expect(publishWeek(week).email?.split('\n').slice(4, 21)).toEqual([
      '  Open to the world and critical or high:',
      ...[1, 2, 3, 4, 5, 6].map((i) => `    CRITICAL  web-${i}  eu-west-1   open`),
      '    and 3 more',
      "  Can't be read, so changes there are not detected:",
      ...[1, 2, 3, 4, 5, 6, 7].map((i) => `    ${gapLine(`web-${i}`)}throttled`),
      '    and 4 more',
    ]);
  });

  test('a very long digest stays within the limits of Slack', () => {
    const worst = { ...bad, problems: Array.from({ length: 20 }, () => 'x'.repeat(60)) };
    const open = {
      ...bad.openToWorld[0],
      instanceName: '&'.repeat(300),
      reason: '&'.repeat(900),
      severity: 'high' as const,
    };
    const many = Array.from({ length: 20 }, () => ({
      region: '&'.repeat(60),
      since: bad.from,
      isLastKnown: true,
      ...open,
    }));
    const gaps = Array.from({ length: 20 }, () => ({
      region: '&'.repeat(60),
      instanceName: '&'.repeat(300),
      reason: '&'.repeat(90),
      since: bad.from,
    }));
    const alert = buildWeekAlert({ ...worst, openToWorld: many, gaps }, bad.from, context);
    expect(slackOf(alert).length).toBeLessThanOrEqual(3_000);
  });
});

test('docs/alerts.md shows the mail that is sent', () => {
  const document = readFileSync(new URL('../../docs/alerts.md', import.meta.url), 'utf8');
  const [, section = ''] = document.split('\n## The weekly digest\n');
  const [, shown] = section.split(/^```\w*\n/m);
  const { subject, email } = publishWeek({
    ...quiet,
    counts: quiet.counts && { ...quiet.counts, changes: { critical: 1, high: 0, medium: 0, low: 1, info: 0 } },
    openToWorld: bad.openToWorld.slice(0, 1),
  });
  expect(shown).toBe(`Subject: ${subject}\n\n${email}`);
});

describe('the problems of a week', () => {
  const well: WeekState = { coverage, complete: true, openGaps: 0, hasUnalerted: false, tooLongSeconds: null };
  const { problems: _, ...facts } = quiet;
  const counts = quiet.counts ?? { ...bad.counts };
  if (quiet.counts === null) throw new Error(`expected counts, got ${JSON.stringify(counts)}`);
  const counted = quiet.counts;

  test.each<[string, Partial<typeof facts>, Partial<WeekState>, string[]]>([
    ['nothing', {}, {}, []],
    ['a gap', {}, { openGaps: 1 }, ['1 gap open']],
    ['changes that are not alerted yet', {}, { hasUnalerted: true }, ['changes without an alert yet']],
    ['an incomplete scan now', {}, { complete: false }, ['this scan is incomplete']],
    [
      'no region that could be listed',
      {},
      { coverage: { ...coverage, instancesListed: 0, instancesRead: 0, regionsListed: 0 }, complete: false },
      ['no region could be listed, so nothing is watched'],
    ],
    [
      'regions that are all empty and not due',
      {},
      { coverage: { ...coverage, instancesListed: 0, instancesRead: 0, regionsListed: 0, regionsNotDue: ['a'] } },
      [],
    ],
    [
      'instances that this scan could not read',
      {},
      { coverage: { ...coverage, instancesRead: 41 } },
      ['2 of 43 instances not read'],
    ],
    ['incomplete scans', { counts: { ...counted, completeScans: 2013 } }, {}, ['3 of 2016 scans incomplete']],
    [
      'a time that was too long',
      { counts: { ...counted, longestSilenceSeconds: 9000 } },
      { tooLongSeconds: 1801 },
      ['30 minutes without a complete scan'],
    ],
    ['a long time that was not too long', { counts: { ...counted, longestSilenceSeconds: 99_999 } }, {}, []],
    ['a week that was not counted', { counts: null }, {}, ['the week could not be counted']],
    [
      'a subscription that waits',
      { subscriptions: { confirmed: 1, pending: 1, deleted: 0 } },
      {},
      ['1 subscription not confirmed'],
    ],
    ['a subscription that was removed', { subscriptions: { confirmed: 1, pending: 0, deleted: 1 } }, {}, []],
    ['a topic without counts', { subscriptions: null }, {}, []],
  ])('P5: %s', (_title, week, state, expected) => {
    expect(listProblems({ ...facts, ...week }, { ...well, ...state })).toEqual(expected);
  });
});

describe('the parser of a weekly digest', () => {
  test('returns the summary that was sent', () => {
    const { digest } = publishWeek(bad);
    expect(parseDigest(JSON.parse(JSON.stringify(digest)))?.alerts[0]?.week).toEqual(bad);
  });

  test('keeps the fields of later versions, which the webhook of Slack shows', () => {
    const counts = quiet.counts && { ...quiet.counts, unannounced: 3 };
    const { digest } = publishWeek({ ...quiet, counts, ranOut: ['the move'] });
    const slack = JSON.stringify(renderSlackWebhookMessage(JSON.stringify(digest), null));
    expect(slack).toContain('3 changes found by scans without an event');
    expect(slack).toContain('because its configured time is over: the move.');
  });

  test('uses the defaults for missing fields and for wrong types', () => {
    const { digest } = publishWeek(quiet);
    const [alert] = digest.alerts;
    const parse = (week: unknown) => parseDigest({ ...digest, alerts: [{ ...alert, week }] })?.alerts[0]?.week;
    expect(parse('soon')).toBeUndefined();
    expect(parse({ counts: { scans: '7' }, openToWorld: [null, {}], gaps: [{}], problems: [1, 'x'] })).toEqual({
      from: '',
      until: '',
      counts: {
        scans: 0,
        completeScans: 0,
        longestSilenceSeconds: 0,
        changes: { critical: 0, high: 0, medium: 0, low: 0, info: 0 },
        expectedChanges: 0,
        rewritten: 0,
      },
      openToWorld: [{ instanceName: '', region: '', severity: 'high', reason: '', since: null, isLastKnown: false }],
      openToWorldMore: 0,
      gaps: [{ region: '', instanceName: null, reason: '', since: '' }],
      gapsMore: 0,
      subscriptions: null,
      problems: ['x'],
    });
  });
});

describe('the test alert', () => {
  test('has the sentence that nothing happened in each format', () => {
    const alert = buildTestAlert({ account, region: 'eu-west-1', at: context.scannedAt, topic: 'health' });
    const [plan] = planMessages([[alert]], { ...context, name: account }, 'digest-1');
    const bodies: Record<string, string> = JSON.parse(plan?.message.message ?? '{}');
    expect(plan?.message.subject).toBe('[INFO] 123456789012: TEST, nothing happened: health messages arrive like this');
    expect(bodies['email']).toMatch(
      /^INFO {2}eu-west-1 {3}account 123456789012\n {2}TEST, nothing happened: health messages arrive like this\.\n {2}Somebody ran portwatch test-alert\. There is nothing to do\.\n/,
    );
    expect(bodies['email']).toMatch(
      /\n\n--\nPortwatch, test of 10:05:02 UTC, 23 November 2026, account 123456789012\n$/,
    );
    expect(plan && renderChatNotification(plan.digest, '').content.description).not.toContain('Read ');
    expect(JSON.parse(bodies['default'] ?? '{}').alerts[0]).toMatchObject({ kind: 'test', severity: 'info' });
    expect(slackOf(alert)).toMatch(/^:information_source: \*INFO\* TEST, nothing happened/);
  });

  test('looks the same through the webhook and through Amazon Q Developer, without a region', () => {
    const alert = buildTestAlert({ account, region: 'eu-west-1', at: context.scannedAt, topic: 'alerts' });
    const [plan] = planMessages([[alert]], { ...context, name: account }, 'digest-1');
    const blocks = JSON.stringify(plan ? renderSlackDigest(plan.digest).blocks : []);
    expect(blocks).toContain(JSON.stringify(slackOf(alert)).slice(1, -1));
    expect(blocks).not.toContain('eu-west-1');
  });
});
