import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { renderChatMessage } from '../../lambda/alerts/amazon-q-notification.ts';
import { planMessages } from '../../lambda/alerts/plan-messages.ts';
import { alertKinds, type Digest } from '../../lambda/contract/json-event.ts';
import { severities } from '../../lambda/firewall/index.ts';
import {
  alertsOf,
  buildEntry,
  changeAlert,
  context,
  http,
  instance,
  rule,
  sshToWorld,
  toJsonAlert,
} from './fixtures.ts';

const document = readFileSync(new URL('../../docs/alerts.md', import.meta.url), 'utf8');

/** The text of the first code block under a heading. A Slack block contains fences itself, so the last fence ends the block. */
function codeUnder(heading: string): string {
  const [, section = ''] = document.split(`\n## ${heading}\n`);
  const [own = ''] = section.split('\n## ');
  return /```\w+\n([\s\S]*?)\n```(?=\n\n|\n$)/.exec(own)?.[1] ?? '';
}

const failure = {
  reason: 'timeout' as const,
  message: 'TimeoutError: no answer within 10000 ms',
  since: '2026-11-23T10:00:03.001Z',
};
const opened = changeAlert([http, rule('tcp', 8080, ['198.51.100.0/24'], ['2001:db8::/32'])], [http, sshToWorld]);
const unreadable = alertsOf(
  buildEntry({
    kind: 'gap',
    previousRulesAt: '2026-11-01T00:00:00.000Z',
    failure,
    resource: { account: context.account, region: 'eu-west-1', instanceName: 'db-1' },
    instance: { ...instance, publicIpAddress: '203.0.113.11' },
    changedAfter: '2026-11-23T09:55:01.000Z',
  }),
);
const [plan] = planMessages(
  [unreadable, [opened]],
  { ...context, tableRegion: 'eu-west-1', coverage: { ...context.coverage, instancesRead: 42 } },
  '8f14e45f-ceea-467f-9d4c-3b2f6a1c0e55',
);
const bodies: { default: string; email: string } = JSON.parse(plan?.message.message ?? 'null');
const digest: Digest = JSON.parse(bodies.default);

describe('docs/alerts.md', () => {
  test('shows the mail that is sent', () => {
    expect(`${codeUnder('The mail')}\n`).toBe(`Subject: ${plan?.message.subject}\n\n${bodies.email}`);
  });

  test('shows the Slack text that is sent', () => {
    const chat: { content: { description: string } } = JSON.parse(
      renderChatMessage(bodies.default, plan?.message.subject ?? ''),
    );
    expect(codeUnder('Slack')).toBe(chat.content.description.split('\n\n').slice(0, 2).join('\n\n'));
  });

  test('shows the JSON event that is sent', () => {
    const shown: Digest = JSON.parse(codeUnder('For programs: the JSON event'));
    expect(shown).toEqual({ ...digest, alerts: digest.alerts.slice(0, 1) });
    expect(Object.keys(shown.alerts[0] ?? {})).toEqual(Object.keys(digest.alerts[0] ?? {}));
  });

  test('names every kind, every severity and every field', () => {
    for (const kind of alertKinds) expect(document).toContain(`\n| \`${kind}\` |`);
    for (const severity of severities) expect(document).toContain(`\`${severity}\``);
    const fields = [...Object.keys(digest), ...Object.keys(toJsonAlert(opened)), ...Object.keys(unreadable[0] ?? {})];
    for (const field of [...fields, 'counted', 'countedQuery', 'replaces', 'summary']) {
      expect(document).toMatch(new RegExp(`\\n\\| (\`\\w+\`, )*\`${field}\``));
    }
  });

  test('has a working example of a function', async () => {
    const source = encodeURIComponent(codeUnder('Reading the event in a Lambda function'));
    const example: { handler: (event: unknown) => Promise<string[]> } = await import(`data:text/javascript,${source}`);
    await expect(example.handler({ Records: [{ Sns: { Message: bodies.default } }] })).resolves.toEqual([
      'web-1: tcp 22 (SSH) is on the high-risk list (AWS Security Hub EC2.19) and is now open to anywhere',
    ]);
  });
});
