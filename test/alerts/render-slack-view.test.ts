import { expect, test } from '@jest/globals';
import { renderSlackView, slackChannel } from '../../lambda/alerts/render-slack-view.ts';
import { type AlertView, sentence, type ViewPart } from '../../lambda/alerts/view-parts.ts';

const notShown = (why: string) =>
  `The restore command ${why}: alerts by mail have it, and the history has the earlier rules.`;

const account = '123456789012';
const blank: AlertView = {
  severity: 'high',
  heading: ['`web-1`', 'eu-west-1'],
  hasAccount: true,
  parts: [],
  restore: null,
  historyLead: 'Its history:',
};
const title = ':red_circle: *HIGH* `web-1`  eu-west-1';

test('the title has no account and no history query', () => {
  expect(renderSlackView(blank, account, null)).toBe(title);
});

test('without a heading, the first part is in the title', () => {
  const view: AlertView = {
    ...blank,
    severity: 'info',
    heading: [],
    parts: [sentence('All is well.'), sentence('Bye.')],
  };
  expect(renderSlackView(view, account, null)).toBe(':information_source: *INFO* All is well.\nBye.');
});

test.each<[string, ViewPart, string]>([
  ['a sentence', sentence(' By:', ['alice']), 'By:\nalice'],
  ['a reason', { part: 'reason', text: 'it is open' }, 'Because it is open.'],
  ['a rated line', { part: 'rated', severity: 'low', text: '`web-1`' }, 'low `web-1`'],
  [
    'a list',
    { part: 'exposure', lists: [{ label: 'OPENED', phrases: [{ what: 'tcp 22', from: 'a<b' }], more: 2 }] },
    'opened `tcp 22` from `a&lt;b`\nopened: and 2 more',
  ],
  [
    'a list that is too long',
    { part: 'exposure', lists: [{ label: 'CLOSED', phrases: null, more: 0 }] },
    'closed: the list is too long for a message',
  ],
])('%s', (_title, part, text) => {
  expect(renderSlackView({ ...blank, parts: [part] }, account, null)).toBe(`${title}\n${text}`);
});

test.each([
  [
    'a short command is in a code block',
    'aws x',
    '```[ "$(aws sts get-caller-identity --query Account --output text)" = 123456789012 ] &amp;&amp; aws x```',
    'Put it back:\n',
  ],
  [
    'a command with a backtick is not shown',
    'aws `x',
    notShown('has a backtick, which ends a code block in Slack'),
    '',
  ],
  ['a long command is not shown', 'x'.repeat(1_200), notShown('is too long for Slack'), ''],
  ['a long command with a backtick is not shown', '`'.repeat(1_200), notShown('is too long for Slack'), ''],
])('%s', (_title, command, text, lead) => {
  const view = { ...blank, restore: { lead: 'Put it back:', command } };
  expect(renderSlackView(view, account, null)).toBe(`${title}\n${lead}${text}`);
});

test('too many lines are cut between lines and counted', () => {
  const parts = Array.from({ length: 40 }, () => sentence('x'.repeat(99)));
  const lines = renderSlackView({ ...blank, parts }, account, null).split('\n');
  expect(lines).toHaveLength(31);
  expect(lines.at(-1)).toBe('and 11 more lines');
});

test.each([
  ['a long text and a command', 40, '&'.repeat(80), 'x'.repeat(1_100)],
  ['a long text and a lead of escaped characters', 40, 'y', '&'.repeat(220)],
  ['a long text without a command', 40, 'y', null],
  ['one line', 0, '&'.repeat(2_000), 'x'.repeat(1_100)],
])('a section of Slack takes 3,000 characters: %s', (_title, count, name, command) => {
  const parts = Array.from({ length: count }, () => sentence('x'.repeat(99)));
  const heading = [slackChannel.name(name, 4_000)];
  const restore = command === null ? null : { lead: `Put it back ${slackChannel.name(name, 80)}:`, command };
  const text = renderSlackView({ ...blank, heading, parts, restore }, account, null);
  expect(text.length).toBeLessThanOrEqual(3_000);
  expect(text.length).toBeGreaterThan(2_800);
});

test('text from outside has no mention and no formatting', () => {
  expect(slackChannel.text('<!here> *b*', 300)).toBe('&lt;!here&gt; \u2217b\u2217');
});
