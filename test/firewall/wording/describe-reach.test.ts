import { expect, test } from '@jest/globals';
import { describeReach, renderPhrase } from '../../../lambda/firewall/index.ts';
import { subtractReach } from '../../../lambda/firewall/sets/canonical-reach.ts';
import { reachOf, rule, world } from '../build-rule.ts';
import { rankAsOpen } from './describe.ts';

test('lines beyond maxLines are counted', () => {
  const rules = Array.from({ length: 60 }, (_, i) => rule('tcp', 100 + 2 * i, 100 + 2 * i, world));
  expect(describeReach(reachOf(...rules), rankAsOpen(reachOf(...rules)))).toMatchObject({ more: 10 });
  expect(describeReach(reachOf(...rules), rankAsOpen(reachOf(...rules))).phrases).toHaveLength(50);
  expect(describeReach(reachOf(...rules), rankAsOpen(reachOf(...rules)), { maxLines: 3 })).toMatchObject({ more: 57 });
  expect(describeReach([], rankAsOpen([]))).toEqual({ phrases: [], more: 0 });
});

test('thousands of elements are described one by one', () => {
  const rules = Array.from({ length: 3000 }, (_, i) => rule('tcp', 2 * i, 2 * i, `10.0.${i >> 8}.${i & 255}`));
  const reach = reachOf(...rules);
  expect(describeReach(reach, rankAsOpen(reach))).toMatchObject({ more: 2950 });
});

test('beyond 3,000 sources each element is one line, and what was open before is not searched', () => {
  const hosts = (count: number) => Array.from({ length: count }, (_, i) => `10.0.${i >> 7}.${2 * (i & 127)}/32`);
  const opened = (count: number) => {
    const before = reachOf(rule('tcp', 22, 22, ...hosts(count)));
    const reach = subtractReach(reachOf(rule('tcp', 0, 65535, ...hosts(count))), before);
    return describeReach(reach.toReversed(), rankAsOpen(reach.toReversed()), {
      background: before,
      maxSources: 1,
    }).phrases.map(renderPhrase);
  };
  expect(opened(1_000)).toEqual(['all tcp ports from 10.0.0.0/32 and 999 more (tcp 22 was open before)']);
  expect(opened(1_600)).toEqual([
    'tcp 0-21 from 10.0.0.0/32 and 1599 more',
    'tcp 23-65535 from 10.0.0.0/32 and 1599 more',
  ]);
});

test('text from outside becomes printable', () => {
  const hostile = 'a\u0000b\u001b[31mc\u202ed\u2028e\ud800f\r\n';
  const rules = [rule(hostile, 1, 1, hostile, `@${hostile}`)];
  const [phrase] = describeReach(reachOf(...rules), rankAsOpen(reachOf(...rules))).phrases;
  const clean = 'a\ufffdb\ufffd[31mc\ufffdd\ufffde\ufffdf\ufffd\ufffd';
  expect(phrase).toEqual({
    what: `unknown protocol "${clean}" 1`,
    from: `the alias "${clean}", "${clean}" (not understood)`,
  });
  const [long] = describeReach(
    reachOf(rule('tcp', 1, 1, 'x'.repeat(1000))),
    rankAsOpen(reachOf(rule('tcp', 1, 1, 'x'.repeat(1000)))),
  ).phrases;
  expect(long!.from).toBe(`"${'x'.repeat(100)}…" (not understood)`);
});
