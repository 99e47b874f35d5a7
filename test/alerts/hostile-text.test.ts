/** Names, aliases, notes and error messages come from outside. Each channel must show them as text only. */
import { describe, expect, test } from '@jest/globals';
import { renderChatMessage } from '../../lambda/alerts/amazon-q-notification.ts';
import {
  buildApprovalOverAlert,
  buildApprovalUnreadableAlert,
  buildApprovedAlert,
  buildStillOpenAlert,
} from '../../lambda/alerts/approval-alerts.ts';
import { buildAttributedAlert } from '../../lambda/alerts/attributed-alert.ts';
import { planMessages } from '../../lambda/alerts/plan-messages.ts';
import { renderSlackDigest } from '../../lambda/alerts/slack-digest-message.ts';
import { renderSlackWebhookMessage } from '../../lambda/alerts/slack-webhook-message.ts';
import { renderHistoryQuery } from '../../lambda/alerts/table-queries.ts';
import { noMarks } from '../../lambda/approvals/account-approvals.ts';
import type { Approval } from '../../lambda/approvals/approval.ts';
import type { Alert, Digest } from '../../lambda/contract/json-event.ts';
import { defaultRatingPolicy } from '../../lambda/firewall/index.ts';
import {
  account,
  alertsOf,
  buildChange,
  buildEntry,
  buildRegionEntry,
  changeAlert,
  context,
  http,
  instance,
  sshToWorld,
  tableName,
} from './fixtures.ts';
import { runWithFakeAws } from './shell.ts';

const hostile = [
  '<!channel>',
  '<https://evil.example|click>',
  'a\nCRITICAL  fake  line',
  '\u001b[31mred\u001b[0m',
  '\u202Egnp.exe',
  '`whoami`',
  '```\nfence',
  '"quotes" and \'quotes\'',
  '$(rm -rf ~)',
  '*bold* _it_ ~gone~',
  '\u2028line separator',
  '\uD800half a pair',
  '&lt;!here&gt;',
  'x'.repeat(5000),
];

/** One alert of each kind, with the hostile text in each field that comes from outside. */
function alertsWith(text: string): Alert[] {
  const facts = { ...instance, arn: text, publicIpAddress: text, ipAddressType: text };
  const failure = { reason: 'unexpected', message: text, since: text } as const;
  const resource = { account, region: 'eu-west-1', instanceName: text };
  const reach = [
    { protocol: `unknown:${text}` as const, from: 1, to: 1, sources: [`alias:${text}`, `unparsed:${text}`] },
  ];
  const notes = [{ code: text, text }];
  const after = [http, { ...sshToWorld, protocol: text, cidrListAliases: [text], [text]: text }];
  const worst = [{ instanceName: text, severity: 'high' as const, exposure: reach, reason: text }];
  const summary = { instancesListed: 1, instancesRead: 1, worst, more: 0 };
  const call = { eventId: text, at: text, name: text, by: text, arn: text, sourceIpAddress: text, userAgent: text };
  const changedBy = {
    calls: [
      { ...call, through: 'api' as const },
      { ...call, through: null },
    ],
    fit: 'not-explained' as const,
    foundBy: 'lookup' as const,
    foundAt: text,
  };
  const opening = buildChange([http], after, { resource, instance: facts });
  const attributed = buildAttributedAlert(opening, changedBy, { tableName }, defaultRatingPolicy);
  const transient = buildEntry({ kind: 'flapped', resource, instance: facts, opened: reach, reason: text, changedBy });
  const approval: Approval = {
    id: text,
    origin: 'command',
    instance: text,
    region: text,
    account: text,
    arn: text,
    exposure: reach,
    reason: text,
    by: text,
    from: text,
    until: text,
    revoked: { at: text, by: text, reason: text },
  };
  const part = { id: text, by: text, reason: text, until: text, reach };
  const approved = { opened: [part], closed: [part], isSilent: false, isComplete: false };
  const open = [
    {
      instanceName: text,
      region: text,
      severity: 'high' as const,
      reason: text,
      since: text,
      isLastKnown: true,
      reach,
    },
    {
      instanceName: text,
      region: text,
      severity: 'high' as const,
      reason: text,
      since: text,
      isLastKnown: true,
      reach: null,
    },
  ];
  return [
    changeAlert([http], after, { resource, instance: facts, approved }),
    buildApprovedAlert(approval, noMarks, context),
    buildApprovedAlert({ ...approval, arn: null, origin: 'configuration' }, noMarks, context),
    buildApprovalOverAlert('approval-ended', approval, open, noMarks, context),
    buildApprovalOverAlert('approval-revoked', approval, open, noMarks, context),
    buildApprovalUnreadableAlert({ key: text, problem: text }, context),
    buildStillOpenAlert('high', open, null, context),
    changeAlert([http], after, { resource, instance: facts, changedBy }),
    ...alertsOf(transient),
    ...alertsOf({ ...transient, opened: [], changedBy: { ...changedBy, calls: changedBy.calls.slice(0, 1) } }),
    ...(attributed === null ? [] : [attributed]),
    changeAlert([http], after, { resource, instance: facts, reason: text, notes }),
    changeAlert(after, [http], { resource, instance: facts, reason: text, dormant: reach }),
    ...alertsOf(buildEntry({ kind: 'appeared', resource, instance: facts, opened: reach, reason: text, notes })),
    ...alertsOf(buildEntry({ kind: 'gone', resource, instance: facts, closed: reach, reason: text })),
    ...alertsOf(buildEntry({ kind: 'gap', resource, instance: facts, failure, reason: text })),
    ...alertsOf(buildRegionEntry(text, { kind: 'gap', failure, reason: text })),
    ...alertsOf(buildRegionEntry(text, { kind: 'gap-over', failure, reason: text })),
    ...alertsOf(buildRegionEntry(text, { kind: 'baseline', summary })),
    ...alertsOf(buildRegionEntry(text, { kind: 'baseline', summary: { ...summary, instancesListed: 0, worst: [] } })),
  ];
}

function messageWith(text: string) {
  const coverage = { ...context.coverage, regionsSkipped: [text] };
  const [plan] = planMessages([alertsWith(text)], { ...context, name: text, coverage }, 'digest-1');
  const bodies: { default: string; email: string } = JSON.parse(plan?.message.message ?? 'null');
  const digest: Digest = JSON.parse(bodies.default);
  return { ...bodies, subject: plan?.message.subject ?? '', digest };
}

/** Every text in which Slack interprets formatting. */
function slackTextsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(slackTextsOf) : [];
}

describe.each(hostile)('%j', (text) => {
  const { subject, email, default: event, digest } = messageWith(text);

  test('is one line of printable text in a mail', () => {
    expect(email.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    expect(email).not.toMatch(/^CRITICAL {2}fake/m);
    // A command may be long, because a cut would change it. Other lines are short.
    for (const line of email.split('\n').filter((each) => !/^ {4}(aws|\[)/.test(each))) {
      expect(line.length).toBeLessThan(1_500);
    }
  });

  test('is printable ASCII in a subject', () => {
    expect(subject).toMatch(/^[\x20-\x7E]{1,99}$/);
  });

  test('has no mention, link or formatting in Slack and in the chat notification', () => {
    const texts = slackTextsOf(renderSlackDigest(digest));
    for (const message of [event, text]) {
      const { content, metadata } = JSON.parse(renderChatMessage(message, message === text ? text : subject));
      texts.push(content.title, content.description);
      expect(metadata.summary).not.toMatch(/[<>]/);
    }
    texts.push(...slackTextsOf(renderSlackWebhookMessage(text, text)));
    const alarm = { AlarmName: text, AlarmDescription: text, NewStateValue: text, NewStateReason: text, Region: text };
    texts.push(...slackTextsOf(renderSlackWebhookMessage(JSON.stringify(alarm), text)));
    for (const each of texts) {
      expect(each).not.toMatch(/[<>]/);
      expect(each).not.toMatch(/&(?!amp;|lt;|gt;)/);
      expect(each.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      // Outside code, Portwatch writes asterisks only around a severity or a state, and backticks only in pairs.
      const outsideCode = each.replaceAll(/```[\s\S]*?```|`[^`\n]*`/g, '');
      expect(outsideCode).not.toContain('`');
      expect(outsideCode.replaceAll(/\*[^*\n]+\*/g, '')).not.toContain('*');
      expect(outsideCode).not.toContain('~');
    }
  });

  test('the Slack message stays within 50 blocks, 3,000 characters a text, 150 a header, 12,000 in total', () => {
    const { blocks } = renderSlackDigest(digest);
    expect(blocks.length).toBeLessThanOrEqual(50);
    for (const block of blocks) {
      if (block.type === 'header') expect(block.text.text.length).toBeLessThanOrEqual(150);
      if (block.type === 'section') expect(block.text.text.length).toBeLessThanOrEqual(3_000);
      for (const each of slackTextsOf(block)) expect(each).not.toBe('');
    }
    expect(slackTextsOf(blocks).join('').length).toBeLessThan(12_000);
  });

  test('the history query contains exactly this name', () => {
    const pk = `INSTANCE#${account}#eu-west-1#${text}`;
    const command = renderHistoryQuery({ table: 'Portwatch' }, pk);
    expect(command).toMatch(/^[\x20-\x7E]+$/);
    const [call] = runWithFakeAws(command, account).calls;
    expect(JSON.parse(call?.at(-1) ?? 'null')).toEqual({ ':pk': { S: pk } });
    expect(call?.at(-3)).toBe('pk = :pk');
  });

  test('the JSON event has the unchanged text', () => {
    expect(digest.alerts.some(({ instance }) => instance?.name === text)).toBe(true);
    expect(digest.name).toBe(text);
  });
});
