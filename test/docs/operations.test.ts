/** docs/operations.md against the template: every alarm has its section there, under its name, and every output is one of the stack. */
import { describe, expect, test } from '@jest/globals';
import { stackOutputs } from '../../lambda/deployed-names.ts';
import { synthesise } from '../lib/synthesise.ts';
import { anchorsOf, readDocument } from './document.ts';

const everything = {
  email: 'you@example.com',
  'slack.workspaceId': 'T0123456789',
  'slack.channelId': 'C0123456789',
  slackWebhookParameter: '/portwatch/slack-webhook',
};
const { text } = readDocument('docs/operations.md');

describe('what people read when the monitor is ill', () => {
  const alarms = Object.values(synthesise(everything).template.findResources('AWS::CloudWatch::Alarm')).map(
    ({ Properties }) => ({ name: String(Properties.AlarmName), description: String(Properties.AlarmDescription) }),
  );

  test('P5: there are alarms to look at', () => {
    expect(alarms.length).toBeGreaterThan(0);
  });

  test.each(alarms)('P5: the alarm "$name" leads to a section that bears its name', ({ name, description }) => {
    const [, file = '', anchor = ''] = /See (docs\/[\w-]+\.md)#([\w-]+)$/.exec(description) ?? [];
    const page = readDocument(file).text;
    expect([...anchorsOf(page)]).toContain(anchor);
    const section = page.split(/^#{1,3} /m).find((part) => anchorsOf(`# ${part}`).has(anchor));
    expect(section).toContain(`*${name}.*`);
  });

  test('the outputs that its commands ask for are those of the stack', () => {
    const asked = [...text.matchAll(/<([A-Z]\w+)>/g)].map(([, output]) => output);
    expect([...new Set(asked)].sort()).toEqual(Object.values(stackOutputs).sort());
  });
});
