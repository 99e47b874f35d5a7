import { describe, expect, test } from '@jest/globals';
import { renderChatMessage, renderChatNotification } from '../../lambda/alerts/amazon-q-notification.ts';
import { buildDigest } from '../../lambda/alerts/build-digest.ts';
import type { SlackBlock } from '../../lambda/alerts/slack-blocks.ts';
import { renderSlackDigest } from '../../lambda/alerts/slack-digest-message.ts';
import { renderSlackWebhookMessage } from '../../lambda/alerts/slack-webhook-message.ts';
import type { Alert, Digest } from '../../lambda/contract/json-event.ts';
import { alertsOf, buildEntry, buildRegionEntry, changeAlert, context, http, rule, sshToWorld } from './fixtures.ts';

const failure = { reason: 'timeout', message: 'TimeoutError: 10000 ms', since: '2026-11-23T09:00:00.000Z' } as const;
const opened = changeAlert([http, rule('tcp', 8080, ['198.51.100.0/24'], ['2001:db8::/32'])], [http, sshToWorld]);

function digestOf(alerts: Alert[], counted?: Digest['counted']): Digest {
  return buildDigest({ alerts, ...(counted && { counted }) }, context, 'digest-1', { index: 1, count: 1 });
}

function sectionsOf(blocks: readonly SlackBlock[]): string[] {
  return blocks.flatMap((block) => (block.type === 'section' ? [block.text.text] : []));
}

test('a digest in Slack has the ports, the sources, the time and the command', () => {
  expect(renderSlackDigest(digestOf([opened]))).toEqual({
    text: '[CRITICAL] prod web-1: tcp 22 opened to anywhere (eu-west-1)',
    blocks: [
      {
        type: 'header',
        text: {
          type: 'plain_text',
          text: '[CRITICAL] prod web-1: tcp 22 opened to anywhere (eu-west-1)',
          emoji: false,
        },
      },
      {
        type: 'section',
        text: {
          type: 'mrkdwn',
          text: `:rotating_light: *CRITICAL* \`web-1\`  eu-west-1  \`203.0.113.10\`
opened \`tcp 22 (SSH)\` from \`anywhere\`
closed \`tcp 8080\` from \`198.51.100.0/24, 2001:db8::/32\`
Because tcp 22 (SSH) is on the high-risk list (AWS Security Hub EC2.19) and is now open to anywhere.
Changed between 10:00:03 and 10:05:02 UTC, 23 November 2026. By: not known yet.
Put it back (replaces the whole firewall with what it was, because ports or sources have to be opened again; stops if you are in another account):
\`\`\`[ "$(aws sts get-caller-identity --query Account --output text)" = 123456789012 ] &amp;&amp; aws lightsail put-instance-public-ports --region eu-west-1 --instance-name web-1 --port-infos '[{"fromPort":80,"toPort":80,"protocol":"tcp","cidrs":["0.0.0.0/0"],"ipv6Cidrs":["::/0"]},{"fromPort":8080,"toPort":8080,"protocol":"tcp","cidrs":["198.51.100.0/24"],"ipv6Cidrs":["2001:db8::/32"]}]'\`\`\``,
        },
      },
      {
        type: 'context',
        elements: [
          {
            type: 'mrkdwn',
            text: 'account 123456789012 (prod)  Read 41 of 43 instances in 16 regions; could not list: ap-east-1.',
          },
        ],
      },
    ],
    unfurl_links: false,
    unfurl_media: false,
  });
});

test('a command that is too long for Slack is not shown', () => {
  const before = Array.from({ length: 20 }, (_, i) => rule('tcp', 2 * i, ['198.51.100.0/24'], ['2001:db8::/32']));
  const [text] = sectionsOf(renderSlackDigest(digestOf([changeAlert(before, [sshToWorld])])).blocks);
  expect(text).toContain('\nThe restore command is too long for Slack: ');
  expect(text).not.toContain('```');
});

test('every kind has its own text', () => {
  const summary = {
    instancesListed: 2,
    instancesRead: 2,
    worst: [
      { instanceName: 'web-1', severity: 'critical' as const, exposure: opened.opened ?? [], reason: '' },
      { instanceName: 'db-1', severity: 'low' as const, exposure: [], reason: '' },
    ],
    more: 0,
  };
  const alerts = [
    ...alertsOf(buildRegionEntry('eu-west-1', { kind: 'baseline', summary })),
    ...alertsOf(
      buildRegionEntry('us-east-1', { kind: 'baseline', summary: { ...summary, instancesListed: 0, worst: [] } }),
    ),
    ...alertsOf(buildRegionEntry('ap-east-1', { kind: 'gap', failure: { ...failure, reason: 'region-not-enabled' } })),
    ...alertsOf(buildRegionEntry('us-west-2', { kind: 'gap', failure })),
    ...alertsOf(
      buildEntry({
        kind: 'appeared',
        severity: 'medium',
        opened: [{ protocol: 'tcp', from: 80, to: 80, sources: ['0.0.0.0/0'] }],
        reason: 'it is new',
      }),
    ),
    ...alertsOf(
      buildEntry({
        kind: 'gone',
        severity: 'low',
        closed: [{ protocol: 'tcp', from: 80, to: 80, sources: ['0.0.0.0/0'] }],
      }),
    ),
    ...alertsOf(buildEntry({ kind: 'gap', failure, previousRulesAt: '2026-11-01T00:00:00.000Z' })),
    ...alertsOf(
      buildEntry({ kind: 'gap-over', failure, reason: 'it can be read again, and its firewall is what it was' }),
    ),
  ];
  expect(sectionsOf(renderSlackDigest(digestOf(alerts)).blocks)).toEqual([
    ':rotating_light: *CRITICAL* watching 2 instances in eu-west-1\n' +
      'critical `web-1`   `tcp 22 (SSH) from anywhere`\n' +
      'low `db-1`   nothing reaches it',
    ':information_source: *INFO* watching 1 region without instances: us-east-1',
    ':red_circle: *HIGH* not enabled in this account, so not watched: ap-east-1\n' +
      'You get this alert once. A region that you enable later is watched from then on.',
    ':red_circle: *HIGH* could not list region us-west-2\n' +
      'Since 09:00:00 UTC, 23 November 2026: `timeout`. TimeoutError: 10000 ms\n' +
      'It was never listed. While a region can not be listed, Portwatch detects no changes in it. You get an alert when it can be listed.',
    ':large_orange_circle: *MEDIUM* `web-1`  eu-west-1  `203.0.113.10`\n' +
      'NEW instance.\n' +
      'open `tcp 80 (HTTP)` from `anywhere (0.0.0.0/0)`\n' +
      'Because it is new.\n' +
      'First seen at 10:05:02 UTC, 23 November 2026; not listed at 10:00:03 UTC, 23 November 2026.',
    ':large_yellow_circle: *LOW* `web-1`  eu-west-1  `203.0.113.10`\n' +
      'GONE: the region no longer lists it. Deleted between 10:00:03 and 10:05:02 UTC, 23 November 2026.\n' +
      'was open `tcp 80 (HTTP)` from `anywhere (0.0.0.0/0)`',
    ':large_orange_circle: *MEDIUM* `web-1`  eu-west-1  `203.0.113.10`\n' +
      "CAN'T BE READ since 09:00:00 UTC, 23 November 2026: `timeout`. TimeoutError: 10000 ms\n" +
      'Its firewall was last confirmed at 10:00:03 UTC, 23 November 2026. ' +
      'What can reach it now is unknown, not closed. You get an alert when it can be read again.',
    ':information_source: *INFO* `web-1`  eu-west-1  `203.0.113.10`\n' +
      'CAN BE READ AGAIN, at 10:05:02 UTC, 23 November 2026. ' +
      'It could not be read since 09:00:00 UTC, 23 November 2026 (`timeout`).',
  ]);
});

const fleet = (count: number) =>
  Array.from({ length: count }, (_, i) => {
    const [name, severity] = [`web-${i}`, i < 3 ? ('critical' as const) : ('high' as const)];
    return { ...opened, alertId: `${i}`, severity, instance: { ...opened.instance!, name } };
  });
const namesIn = (text: string) => new Set(text.match(/`web-\d+`/g)).size;

test('a digest of 121 instances names each of them, the worst with all that is known', () => {
  const { blocks } = renderSlackDigest(digestOf(fleet(121)));
  const sections = sectionsOf(blocks);
  expect(blocks.length).toBeLessThanOrEqual(50);
  expect(Math.max(...sections.map(({ length }) => length))).toBeLessThanOrEqual(3_000);
  expect(JSON.stringify(blocks).length).toBeLessThan(13_000);
  expect(namesIn(sections.join('\n'))).toBe(121);
  expect(sections[0]).toContain('*CRITICAL* `web-0`  eu-west-1');
  expect(sections.at(-1)).toMatch(/\n:red_circle: `web-120` {2}eu-west-1: tcp 22 opened to anywhere$/);
});

test('more alerts than a message of Slack can name are counted by severity, and no mail is mentioned', () => {
  const { blocks } = renderSlackDigest(digestOf(fleet(600)));
  const text = sectionsOf(blocks).join('\n');
  const left = 600 - namesIn(text);
  expect(left).toBeGreaterThan(0);
  expect(sectionsOf(blocks).at(-1)).toBe(
    `and ${left} more alerts (${left} high): the command \`portwatch history\` lists them`,
  );
  expect(JSON.stringify(blocks).length).toBeLessThan(13_000);
  expect(text).not.toContain('mail');
});

describe('the chat notification', () => {
  test('is a valid custom notification of Amazon Q Developer', () => {
    const notification = renderChatNotification(digestOf([opened]), '[CRITICAL] prod web-1: tcp 22 opened');
    expect(notification).toEqual({
      version: '1.0',
      source: 'custom',
      id: 'digest-1-1',
      content: {
        textType: 'client-markdown',
        title: ':rotating_light: [CRITICAL] prod web-1: tcp 22 opened',
        description: expect.stringMatching(
          /^:rotating_light: \*CRITICAL\* `web-1` {2}eu-west-1[\s\S]*\n\nRead 41 of 43 instances in 16 regions; could not list: ap-east-1\.$/,
        ),
        keywords: ['portwatch', 'critical', 'firewall-changed'],
      },
      metadata: {
        threadId: 'digest-1',
        summary: '[CRITICAL] prod web-1: tcp 22 opened',
        eventType: 'portwatch.digest',
        relatedResources: [opened.instance?.arn],
        additionalContext: { account: '123456789012', name: 'prod' },
      },
    });
  });

  test('stays short, and counts the alerts that it leaves out', () => {
    const many = fleet(600);
    const counted = [{ severity: 'low' as const, kind: 'firewall-changed' as const, count: 7 }];
    const { content, metadata } = renderChatNotification(digestOf(many, counted), '&'.repeat(99));
    expect(content.description.length).toBeLessThanOrEqual(8_000);
    expect(content.description).toMatch(
      /\n\nand \d+ more alerts \(\d+ high\): the command `portwatch history` lists them\n\n7 more alerts waited and are only counted/,
    );
    expect(content.title.length).toBeLessThanOrEqual(250);
    expect(metadata.relatedResources).toHaveLength(1);
  });
});

test('Amazon Q gets the ARNs of the first ten instances; an instance without an ARN has none', () => {
  const alerts = Array.from({ length: 13 }, (_, i) => ({
    ...opened,
    alertId: `${i}`,
    instance: { ...opened.instance!, arn: i === 0 ? null : `arn:${i}` },
  }));
  const { metadata } = renderChatNotification(digestOf(alerts), 's');
  expect(metadata.relatedResources).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((i) => `arn:${i}`));
});

test('a title for Amazon Q has at most 250 characters, and no half entity, also above a message of an unknown format', () => {
  const subject = `x${'&'.repeat(98)}`;
  const { content } = JSON.parse(renderChatMessage('hello', subject));
  expect(content.title).toBe(`x${'&amp;'.repeat(49)}`);
  const { title } = renderChatNotification(digestOf([opened]), subject).content;
  expect(title).toBe(`:rotating_light: x${'&amp;'.repeat(46)}`);
});

test('a backlog without alerts in full has its counts, its parts and its worst severity in chat', () => {
  const counted = [
    { severity: 'medium' as const, kind: 'firewall-changed' as const, count: 300 },
    { severity: 'low' as const, kind: 'instance-gone' as const, count: 1 },
  ];
  const digest = { ...digestOf([], counted), part: { index: 2, count: 3 } };
  expect(renderSlackDigest(digest).blocks.at(-1)).toEqual({
    type: 'context',
    elements: [
      {
        type: 'mrkdwn',
        text:
          'account 123456789012 (prod)  Read 41 of 43 instances in 16 regions; could not list: ap-east-1.  ' +
          '301 more alerts waited and are only counted: the command `portwatch history` lists them.  Part 2 of 3.',
      },
    ],
  });
  expect(renderChatNotification(digest, 's').content).toMatchObject({
    title: ':large_orange_circle: s',
    keywords: ['portwatch', 'medium', 'backlog'],
  });
});

describe('texts of Slack are within its limits', () => {
  const textOf = (text: string, subject: string) => {
    const blocks = renderSlackWebhookMessage(text, subject)?.blocks ?? [];
    const [header] = blocks;
    return { header: header?.type === 'header' ? header.text.text : '', section: sectionsOf(blocks)[0] ?? '' };
  };

  test('the section of an alarm has at most 3,000 characters, and no half entity', () => {
    const [AlarmDescription, NewStateReason] = ['&'.repeat(599), '<'.repeat(700)];
    const alarm = { AlarmName: 'a', NewStateValue: 'ALARM', AlarmDescription, NewStateReason };
    const { section } = textOf(JSON.stringify(alarm), '');
    expect(section).toMatch(/^:rotating_light: \*ALARM\* `a`\n(&amp;)+$/);
    expect(section.length).toBeLessThanOrEqual(3_000);
    expect(section.length).toBeGreaterThan(2_980);
  });

  test('a section of text has at most 3,000 characters, and no half entity', () => {
    expect(textOf('x'.repeat(2_001), '').section).toBe(`\`\`\`${'x'.repeat(2_000)}\`\`\``);
    expect(textOf('&'.repeat(2_000), '').section).toBe(`\`\`\`${'&amp;'.repeat(580)}\`\`\``);
    expect(textOf(`x${'&'.repeat(2_000)}`, '').section).toBe(`\`\`\`x${'&amp;'.repeat(579)}\`\`\``);
  });

  test('a header has 1 to 150 characters, and no half entity', () => {
    expect(textOf('x', ' ').header).toBe('Portwatch');
    expect(textOf('x', `${'x'.repeat(200)}`).header).toBe(`${'x'.repeat(148)}…`);
    expect(textOf('x', `x${'&'.repeat(100)}`).header).toBe(`x${'&amp;'.repeat(29)}`);
    expect(textOf('x', ` a `).header).toBe('a');
  });
});

describe('a message to the Slack function', () => {
  test('a digest looks the same after it was serialised and parsed', () => {
    const digest = digestOf([opened, ...alertsOf(buildEntry({ kind: 'gap', failure }))]);
    expect(renderSlackWebhookMessage(JSON.stringify(digest), 'subject')).toEqual(renderSlackDigest(digest));
  });

  test('an alarm of CloudWatch is shown with its name, state and reason', () => {
    const alarm = {
      AlarmName: 'Portwatch-no-complete-scan',
      AlarmDescription: 'No scan ended complete for three intervals. See docs/operations.md#no-complete-scan',
      AWSAccountId: '123456789012',
      NewStateValue: 'ALARM',
      NewStateReason: 'Threshold Crossed: no datapoints were received for 3 periods.',
      StateChangeTime: '2026-11-23T10:20:00.000+0000',
      Region: 'EU (Ireland)',
      OldStateValue: 'OK',
    };
    expect(renderSlackWebhookMessage(JSON.stringify(alarm), 'ALARM: "Portwatch-no-complete-scan"')).toMatchObject({
      text: 'Portwatch needs attention: Portwatch-no-complete-scan',
      blocks: [
        { type: 'header', text: { text: 'Portwatch needs attention: Portwatch-no-complete-scan' } },
        {
          type: 'section',
          text: {
            text:
              ':rotating_light: *ALARM* `Portwatch-no-complete-scan`\n' +
              'No scan ended complete for three intervals. See docs/operations.md#no-complete-scan\n' +
              'Threshold Crossed: no datapoints were received for 3 periods.',
          },
        },
        { type: 'context', elements: [{ text: '2026-11-23T10:20:00.000+0000  EU (Ireland)  account 123456789012' }] },
      ],
    });
    const { AlarmName, NewStateValue } = alarm;
    const bare = renderSlackWebhookMessage(JSON.stringify({ AlarmName, NewStateValue, AWSAccountId: 7 }), null);
    expect(bare?.blocks.slice(1)).toEqual([
      {
        type: 'section',
        text: { type: 'mrkdwn', text: ':rotating_light: *ALARM* `Portwatch-no-complete-scan`' },
      },
    ]);
    const noData = renderSlackWebhookMessage(JSON.stringify({ ...alarm, NewStateValue: 'INSUFFICIENT_DATA' }), null);
    expect(noData?.text).toBe('Portwatch has an alarm without data: Portwatch-no-complete-scan');
    const ok = renderSlackWebhookMessage(JSON.stringify({ ...alarm, NewStateValue: 'OK' }), null);
    expect(ok?.text).toBe('Portwatch works again: Portwatch-no-complete-scan');
  });

  test.each([
    ['plain text', 'hello <!channel>'],
    ['nothing', ''],
    ['JSON of something else', '{"hello":"world"}'],
    ['a number', '42'],
    ['a newer digest', '{"schema":"portwatch.digest/3","alerts":[{"kind":"firewall-changed"}]}'],
    ['a digest without alerts', '{"schema":"portwatch.digest/1","alerts":[]}'],
    ['a digest of unknown kinds only', '{"schema":"portwatch.digest/1","alerts":[{"kind":"brand-new"}]}'],
    ['broken JSON', '{"schema":"portwatch.digest/1",'],
    ['JSON null', 'null'],
    ['an alarm without its state', '{"AlarmName":"a"}'],
    ['an alarm without its name', '{"NewStateValue":"ALARM"}'],
    ['an alarm whose name is empty', '{"AlarmName":"","NewStateValue":"ALARM"}'],
    ['an alarm whose state is no text', '{"AlarmName":"a","NewStateValue":7}'],
  ])('anything else is shown as text: %s', (_title, text) => {
    const message = renderSlackWebhookMessage(text, 'A subject');
    const blocks = message?.blocks ?? [];
    expect(message?.text).toBe('A subject');
    expect(blocks[0]).toMatchObject({ type: 'header', text: { text: 'A subject' } });
    const shown = sectionsOf(blocks);
    expect(shown).toEqual(text === '' ? [] : [`\`\`\`${text.replaceAll('<', '&lt;').replaceAll('>', '&gt;')}\`\`\``]);
  });
});
