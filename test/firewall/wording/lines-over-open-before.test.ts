import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { diffFirewalls, type PortState } from '../../../lambda/firewall/index.ts';
import { intersectReach, subtractReach } from '../../../lambda/firewall/sets/canonical-reach.ts';
import { findLinesOverOpenBefore } from '../../../lambda/firewall/wording/lines-over-open-before.ts';
import { pairs, runs, textOf } from '../arbitrary-firewall.ts';
import { everybody, reachOf, rule, world } from '../build-rule.ts';
import { expectSame } from '../expect-same.ts';
import { coveredBy, describeOpened, toCanonical } from './describe.ts';

describe('what was open before', () => {
  const [ssh, web] = [rule('tcp', 22, 22, ...everybody), rule('tcp', 80, 80, ...everybody)];

  test.each([
    [
      'all around two ports',
      [ssh, web],
      [rule('all', 0, 65535, ...everybody)],
      ['all protocols from anywhere (tcp 22 and tcp 80 were open before)'],
    ],
    [
      'all around one',
      [ssh],
      [rule('all', 0, 65535, ...everybody)],
      ['all protocols from anywhere (tcp 22 was open before)'],
    ],
    [
      'all around a port that some could use',
      [rule('tcp', 22, 22, '203.0.113.7')],
      [rule('all', 0, 65535, world)],
      ['all protocols from anywhere (0.0.0.0/0) (part of tcp 22 was open before)'],
    ],
    [
      'a whole axis around one port',
      [ssh],
      [rule('tcp', 0, 65535, ...everybody)],
      ['all tcp ports from anywhere (tcp 22 was open before)'],
    ],
    [
      'one axis of all',
      [rule('tcp', 0, 65535, world)],
      [rule('all', 0, 65535, world)],
      ['all protocols from anywhere (0.0.0.0/0) (all tcp ports were open before)'],
    ],
    [
      'the port next to one',
      [rule('tcp', 22, 22, world)],
      [rule('tcp', 22, 23, world)],
      ['tcp 23 (Telnet) from anywhere (0.0.0.0/0)'],
    ],
    [
      'few ports around one',
      [rule('tcp', 22, 22, world)],
      [rule('tcp', 21, 23, world)],
      ['tcp 21 (FTP) from anywhere (0.0.0.0/0)', 'tcp 23 (Telnet) from anywhere (0.0.0.0/0)'],
    ],
    [
      'many holes',
      [10, 20, 30, 40, 50, 60].map((port) => rule('udp', port, port, world)),
      [rule('all', 0, 65535, world)],
      ['all protocols from anywhere (0.0.0.0/0) (udp 10, udp 20, udp 30, udp 40 and 2 more were open before)'],
    ],
  ])('%s', (_, before, after, sentences) => {
    expect(describeOpened(before, after)).toEqual(sentences);
  });
});

describe('lines over ports that were open before', () => {
  const linesOver = (opened: PortState[], background: PortState[]) =>
    findLinesOverOpenBefore(toCanonical(reachOf(...opened)), toCanonical(reachOf(...background))).map(
      ({ protocol, from, to, openBefore }) => ({
        line: `${protocol} ${from}-${to}`,
        before: openBefore.map((hole) => `${hole.from}-${hole.to}`),
      }),
    );

  test('begin and end with ports that opened', () => {
    const opened = [rule('tcp', 10, 20, world), rule('tcp', 30, 40, world)];
    const background = [rule('tcp', 1, 9, world), rule('tcp', 21, 29, world), rule('tcp', 41, 50, world)];
    expect(linesOver(opened, background)).toEqual([{ line: 'tcp 10-40', before: ['21-29'] }]);
  });

  test('are none where nothing opened', () => {
    expect(linesOver([rule('tcp', 22, 22, world)], [rule('udp', 53, 53, world)])).toEqual([
      { line: 'tcp 22-22', before: [] },
    ]);
  });
});

describe('two lines around what was open before', () => {
  const around = (from: number, to: number) =>
    describeOpened([rule('tcp', 22, 22, world)], [rule('tcp', from, to, world), rule('udp', 53, 53, world)]);

  test('become one line if the line covers every port, whatever else opened', () => {
    expect(around(0, 65535)).toEqual([
      'all tcp ports from anywhere (0.0.0.0/0) (tcp 22 was open before)',
      'udp 53 (DNS) from anywhere (0.0.0.0/0)',
    ]);
  });

  test.each([
    [0, 100, 'tcp 0-21', 'tcp 23-100'],
    [10, 65535, 'tcp 10-21', 'tcp 23-65535'],
    [10, 100, 'tcp 10-21', 'tcp 23-100'],
  ])('stay two from %d to %d', (from, to, ...pieces) => {
    const sentences = [...pieces, 'udp 53 (DNS)'].map((what) => `${what} from anywhere (0.0.0.0/0)`);
    expect(around(from, to)).toEqual(sentences);
  });
});

describe('ports that were open before', () => {
  const around = (...ports: number[]) =>
    describeOpened(
      ports.map((port) => rule('tcp', port, port, world)),
      [rule('tcp', 0, 65535, world)],
    );

  test('are named up to four times', () => {
    const anywhere = 'all tcp ports from anywhere (0.0.0.0/0)';
    expect(around(22, 25, 80, 443)).toEqual([`${anywhere} (tcp 22, tcp 25, tcp 80 and tcp 443 were open before)`]);
    expect(around(22, 25, 80, 443, 8080)).toEqual([
      `${anywhere} (tcp 22, tcp 25, tcp 80, tcp 443 and 1 more were open before)`,
    ]);
  });

  test('keep a name from outside unchanged', () => {
    expect(describeOpened([rule('x (y) z', 80, 80, world)], [rule('x (y) z', 0, 65535, world)])).toEqual([
      'unknown protocol "x (y) z" from anywhere (0.0.0.0/0) (unknown protocol "x (y) z" 80 was open before)',
    ]);
  });
});

test('P2: the lines, less what was open before, cover exactly what opened', () => {
  fc.assert(
    fc.property(pairs, ([a, b]) => {
      const { opened } = diffFirewalls(textOf(a), textOf(b));
      const before = reachOf(...textOf(a));
      const lines = findLinesOverOpenBefore(toCanonical(opened), toCanonical(before));
      expectSame(subtractReach(coveredBy(lines), before), opened);
      const whole = lines.flatMap(({ openBefore, sources }) =>
        openBefore.filter(({ isPart }) => !isPart).map((ports) => ({ ...ports, sources })),
      );
      expectSame(subtractReach(coveredBy(whole), before), []);
      expectSame(intersectReach(coveredBy(whole), opened), []);
    }),
    { numRuns: runs / 4 },
  );
});
