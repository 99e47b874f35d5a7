/** Compares docs/runbook.md with the template: every alarm has its section, every section its alarm, and the cost is correct. */
import { describe, expect, test } from '@jest/globals';
import { synthesise } from '../lib/synthesise.ts';
import { anchorsOf, readDocument } from './document.ts';

const everything = {
  email: 'you@example.com',
  'slack.workspaceId': 'T0123456789',
  'slack.channelId': 'C0123456789',
  slackWebhookParameter: '/portwatch/slack-webhook',
  externalId: 'acme',
  accounts: '111122223333',
};
const { text } = readDocument('docs/runbook.md');

/** The sections under "Alarms", by their anchors. */
const sections = new Map(
  (text.split(/^## /m).find((part) => part.startsWith('Alarms\n')) ?? '')
    .split(/^### /m)
    .slice(1)
    .map((section) => [[...anchorsOf(`# ${section}`)][0] ?? '', section]),
);

const alarms = Object.values(synthesise(everything).template.findResources('AWS::CloudWatch::Alarm')).map(
  ({ Properties }) => {
    const description = String(Properties.AlarmDescription);
    const [, anchor = ''] = /^[A-Z].{30,}\. See docs\/runbook\.md#([a-z-]+)$/.exec(description) ?? [];
    return { name: String(Properties.AlarmName), anchor };
  },
);

describe('the runbook', () => {
  test('P5: every alarm leads to its section, and every section belongs to an alarm', () => {
    expect(alarms.length).toBeGreaterThan(0);
    expect([...new Set(alarms.map(({ anchor }) => anchor))].sort()).toEqual([...sections.keys()].sort());
  });

  test.each(alarms)('P5: the section of "$name" bears its name', ({ name, anchor }) => {
    expect(sections.get(anchor)).toContain(`\n*${name}.*\n`);
  });

  test.each([...sections.keys()])('P5: #%s says what it means, how to look, how to mend, in this order', (anchor) => {
    const section = sections.get(anchor) ?? '';
    const parts = [...section.matchAll(/^\*\*(What it means|How to look|How to mend)\.\*\*/gm)].map(([, part]) => part);
    expect(parts).toEqual(['What it means', 'How to look', 'How to mend']);
  });

  test('each section is in the list at the top', () => {
    const list = text.split('\n- ').find((item) => item.startsWith('Alarms: ')) ?? '';
    expect([...list.matchAll(/\]\(#([a-z-]+)\)/g)].map(([, anchor]) => anchor)).toEqual([...sections.keys()]);
  });
});
