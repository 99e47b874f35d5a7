/** A count of one has a singular noun, in every text that counts what it leaves out. */
import { describe, expect, test } from '@jest/globals';
import { nameCall } from '../../cli/commands/restore/render-restore.ts';
import { describeAttribution } from '../../cli/text/describe-attribution.ts';
import { buildView } from '../../lambda/alerts/alert-view.ts';
import { renderChatNotification } from '../../lambda/alerts/amazon-q-notification.ts';
import { buildDigest } from '../../lambda/alerts/build-digest.ts';
import { mergeWeeks } from '../../lambda/alerts/build-merged-alerts.ts';
import { approvedParts } from '../../lambda/alerts/describe-approved-part.ts';
import { renderCoverage, renderEmail } from '../../lambda/alerts/render-email.ts';
import { renderSlackView } from '../../lambda/alerts/render-slack-view.ts';
import { mailChannel } from '../../lambda/alerts/render-text-view.ts';
import { RenderedAlerts } from '../../lambda/alerts/rendered-alerts.ts';
import { renderSlackDigest } from '../../lambda/alerts/slack-digest-message.ts';
import { renderSubject } from '../../lambda/alerts/subject.ts';
import { sentence } from '../../lambda/alerts/view-parts.ts';
import type { Digest, WeekSummary } from '../../lambda/contract/json-event.ts';
import { defaultRatingPolicy } from '../../lambda/firewall/index.ts';
import { changeAlert, context, http, sshToWorld } from './fixtures.ts';

function repeat<T>(count: number, item: T): T[] {
  return Array.from({ length: count }, () => item);
}

const backlogOf = (count: number): Digest =>
  buildDigest({ alerts: [], counted: [{ severity: 'low', kind: 'firewall-changed', count }] }, context, 'digest-1', {
    index: 1,
    count: 1,
  });

describe('a backlog that is counted only', () => {
  test.each([
    [1, '1 more alert waited and is only counted: the command `portwatch history` lists it'],
    [2, '2 more alerts waited and are only counted: the command `portwatch history` lists them'],
  ])('of %d, in chat', (count, text) => {
    expect(renderChatNotification(backlogOf(count), 's').content.description).toContain(text);
    expect(JSON.stringify(renderSlackDigest(backlogOf(count)))).toContain(`${text}.`);
  });

  test.each([
    [1, '1 more alert of a backlog, counted only:\n', 'backlog of 1 alert, counted only'],
    [2, '2 more alerts of a backlog, counted only:\n', 'backlog of 2 alerts, counted only'],
  ])('of %d, in the mail and its subject', (count, mail, subject) => {
    const digest = backlogOf(count);
    expect(renderEmail(digest, new RenderedAlerts(digest))).toContain(mail);
    expect(renderSubject({ ...defaultRatingPolicy, ...digest })).toBe(`[LOW] prod: ${subject}`);
  });
});

describe('what an alert leaves out', () => {
  const channel = { ...mailChannel, policy: defaultRatingPolicy };

  test.each([
    [1, 'and 1 more note'],
    [2, 'and 2 more notes'],
  ])('%d of its notes', (more, text) => {
    const notes = repeat(mailChannel.maxLines.notes + more, { code: 'x', text: 'a note' });
    expect(buildView([changeAlert([http], [sshToWorld], { notes })], channel).parts).toContainEqual(sentence(text));
  });

  test.each([
    [1, 'and 1 more approval'],
    [2, 'and 2 more approvals'],
  ])('%d of its approvals', (more, text) => {
    const part = { id: 'a', by: 'alice', reason: 'the office', until: null, reach: null };
    const approved = { opened: repeat(5 + more, part), closed: [], isComplete: true };
    expect(approvedParts({ ...changeAlert([http], [sshToWorld]), approved }, channel)).toContainEqual(sentence(text));
  });

  test.each([
    [1, 'and 1 more line'],
    [2, 'and 2 more lines'],
  ])('%d of its lines in Slack', (more, text) => {
    const parts = repeat(29 + more, sentence('x'.repeat(99)));
    const view = { severity: 'low' as const, heading: ['web-1'], hasAccount: true, restore: null, historyLead: null };
    expect(
      renderSlackView({ ...view, parts }, '123456789012', null)
        .split('\n')
        .at(-1),
    ).toBe(text);
  });
});

test.each([
  [1, '1 more problem'],
  [2, '2 more problems'],
])('a weekly digest of several accounts that leaves out %d of its problems', (more, text) => {
  const week = { gaps: [], gapsMore: 0, openToWorld: [], openToWorldMore: 0, counts: null, subscriptions: null };
  const problems = Array.from({ length: 10 + more }, (_, i) => `problem ${i}`);
  const span = { from: '2026-11-16T00:00:00.000Z', until: '2026-11-23T00:00:00.000Z' };
  const summary: WeekSummary = { ...span, ...week, problems };
  const alert = changeAlert([http], [sshToWorld]);
  const merged = mergeWeeks([{ ...alert, account: '1', accountName: 'a', week: summary }], 1, context);
  expect(merged.week?.problems).toHaveLength(11);
  expect(merged.week?.problems.at(-1)).toBe(text);
});

test('one instance is read of one instance', () => {
  const coverage = { ...context.coverage, instancesListed: 1, instancesRead: 1, regionsListed: 1, regionsSkipped: [] };
  expect(renderCoverage(coverage)).toBe('Read 1 of 1 instance in 1 region.');
});

test.each([
  [1, /; and 1 more call$/],
  [2, /; and 2 more calls$/],
])('an attribution on the command line that leaves out %d of its calls', (more, text) => {
  const call = { eventId: 'e', name: 'PutInstancePublicPorts', at: '2026-11-23T10:01:03.000Z', by: 'IAM user alice' };
  const calls = repeat(4 + more, { ...call, arn: null, sourceIpAddress: null, userAgent: null, through: null });
  const attribution = { calls, fit: 'explained', foundBy: 'lookup', foundAt: '2026-11-23T10:20:00.000Z' } as const;
  expect(describeAttribution(attribution, (at) => at)).toMatch(text);
});

test.each([
  [1, 'PutInstancePublicPorts of 1 rule'],
  [2, 'PutInstancePublicPorts of 2 rules'],
])('a restore call of %d rules', (count, text) => {
  const portInfos = repeat(count, { fromPort: 80, toPort: 80, protocol: 'tcp' as const });
  expect(nameCall({ operation: 'PutInstancePublicPorts', portInfos })).toBe(text);
});
