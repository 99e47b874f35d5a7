/** The worked examples of docs/exposure.md: the page shows the results of the code. */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parseSettings } from '../../lambda/contract/settings-schema.ts';
import {
  compareFirewalls,
  defaultRatingPolicy,
  describeReach,
  exposureOf,
  type Firewall,
  findExpected,
  rankClosed,
  rankOpened,
  rateChange,
  renderPhrase,
} from '../../lambda/firewall/index.ts';

const page = readFileSync(new URL('../../docs/exposure.md', import.meta.url), 'utf8');
const examples = page.split(/^### /m).slice(1);

function blocksOf(text: string): Map<string, string> {
  return new Map([...text.matchAll(/^```\w+ (\w+[^\n]*)\n(.*?)^```$/gms)].map(([, name, block]) => [name!, block!]));
}

/** Reads the block `before` or `after`. Its name may be followed by the kind of addresses. */
function readFirewall(blocks: Map<string, string>, side: string): Firewall {
  const [label, block] = [...blocks].find(([name]) => name.startsWith(side))!;
  return { rules: JSON.parse(block), ipAddressType: label.split(' ')[1] };
}

function sayChange(before: Firewall, after: Firewall): string {
  const diff = compareFirewalls(before, after);
  const reachBefore = exposureOf(before).reach;
  const reachAfter = exposureOf(after).reach;
  const rating = rateChange({ ...diff, before: reachBefore, after: reachAfter }, defaultRatingPolicy);
  const lines = [
    ['verdict', diff.verdict],
    ['severity', `${rating.severity}: ${rating.reason}`],
    ...describeReach(diff.opened, rankOpened({ ...diff, after: reachAfter }, defaultRatingPolicy), {
      background: reachBefore,
    }).phrases.map((phrase) => ['opened', renderPhrase(phrase)]),
    ...describeReach(diff.closed, rankClosed({ ...diff, after: reachAfter }, defaultRatingPolicy)).phrases.map(
      (phrase) => ['closed', renderPhrase(phrase)],
    ),
    ...diff.notes.map(({ text }) => ['note', text]),
  ];
  return lines.map(([label = '', text]) => `${label.padEnd(10)}${text}\n`).join('');
}

describe('docs/exposure.md', () => {
  test('has six examples', () => {
    expect(examples).toHaveLength(6);
  });

  test.each(examples.map((example) => [example.split('\n')[0]!, example]))(
    'example %s is what the code says',
    (_, example) => {
      const blocks = blocksOf(example);
      expect(blocks.get('says')).toBe(sayChange(readFirewall(blocks, 'before'), readFirewall(blocks, 'after')));
    },
  );

  test('the expected change of the page is a right one, and does what the page says', () => {
    const [entry, ...others] = JSON.parse(blocksOf(page).get('expected')!);
    expect(others).toEqual([]);
    expect(parseSettings({ expected: [entry] }).success).toBe(true);
    const where = { instanceName: 'web-7', region: 'eu-west-1' };
    const opened = (sources: string[]) => ({
      opened: [{ protocol: 'tcp' as const, from: 22, to: 22, sources }],
      closed: [],
      notes: [],
    });
    const now = '2027-06-30T12:00:00Z';
    expect(findExpected(opened(['203.0.113.7/32']), where, [entry], now)).toEqual({ reason: entry.reason });
    expect(findExpected(opened(['203.0.113.6/31']), where, [entry], now)).toBeNull();
    expect(findExpected(opened(['203.0.113.7/32']), where, [entry], '2027-07-01T00:00:00Z')).toBeNull();
  });

  test('the high-risk list of the page is that of the code', () => {
    const [, hub, further] = /control EC2\.19 \(([\d\s]+)\), with ([\d\s]+)\./.exec(page)!;
    expect(`${hub} ${further}`.split(/\s+/).map(Number)).toEqual(defaultRatingPolicy.highRiskPorts);
  });
});
