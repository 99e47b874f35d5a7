import { expect, test } from '@jest/globals';
import { mailChannel, renderTextView } from '../../lambda/alerts/render-text-view.ts';
import { type AlertView, sentence, type ViewPart } from '../../lambda/alerts/view-parts.ts';

const place = {
  account: '123456789012',
  accountName: '123456789012 (prod)',
  historyQuery: 'aws dynamodb query',
  tableAccount: null,
};
const blank: AlertView = {
  severity: 'high',
  heading: ['web-1', 'eu-west-1'],
  hasAccount: true,
  parts: [],
  restore: null,
  historyLead: null,
};
const ssh = { what: 'tcp 22 (SSH)', from: 'anywhere' };
const web = { what: 'tcp 80', from: '192.0.2.1' };

test('the heading has the account, unless the view has none', () => {
  expect(renderTextView(blank, place)).toEqual(['HIGH  web-1  eu-west-1   account 123456789012 (prod)']);
  expect(renderTextView({ ...blank, hasAccount: false }, place)).toEqual(['HIGH  web-1  eu-west-1']);
});

test.each<[string, ViewPart, string[]]>([
  ['a sentence', sentence('By:', ['alice', 'bob']), ['  By:', '    alice', '    bob']],
  ['a reason', { part: 'reason', text: 'it is open' }, ['  High because it is open.']],
  ['a rated line', { part: 'rated', severity: 'low', text: 'web-1' }, ['  LOW       web-1']],
  [
    'a nested rated line',
    { part: 'rated', severity: 'critical', text: 'web-1', isNested: true },
    ['    CRITICAL  web-1'],
  ],
  [
    'lists with sources in one column',
    {
      part: 'exposure',
      lists: [
        { label: 'OPENED', phrases: [ssh], more: 0 },
        { label: 'CLOSED', phrases: [web], more: 3 },
      ],
    },
    ['  OPENED  tcp 22 (SSH)   from anywhere', '  CLOSED  tcp 80         from 192.0.2.1', '  CLOSED  and 3 more'],
  ],
  [
    'a list that is too long',
    { part: 'exposure', lists: [{ label: 'OPENED', phrases: null, more: 0 }] },
    ['  OPENED  the list is too long for a message; the history has the whole list.'],
  ],
])('%s', (_title, part, lines) => {
  expect(renderTextView({ ...blank, parts: [part] }, place).slice(1)).toEqual(lines);
});

test('the restore command checks the account; the history query comes last', () => {
  const view = { ...blank, restore: { lead: 'Put it back:', command: 'aws lightsail x' }, historyLead: 'Its history:' };
  expect(renderTextView(view, place).slice(1)).toEqual([
    '  Put it back:',
    '    [ "$(aws sts get-caller-identity --query Account --output text)" = 123456789012 ] && aws lightsail x',
    '  Its history:',
    '    aws dynamodb query',
  ]);
});

test('text from outside is printable', () => {
  expect(mailChannel.name('web\n1', 80)).toBe('web\uFFFD1');
});
