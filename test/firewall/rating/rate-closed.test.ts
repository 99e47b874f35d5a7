import { describe, expect, test } from '@jest/globals';
import type { PortState } from '../../../lambda/firewall/index.ts';
import { rule, world } from '../build-rule.ts';
import { rate } from './rate.ts';

describe('closed', () => {
  test.each([80, 443])('tcp %i without its last source is medium: a site may be down', (port) => {
    const { severity, reason } = rate([rule('tcp', port, port, '203.0.113.0/24')], []);
    expect([severity, reason]).toEqual([
      'medium',
      `tcp ${port} (${port === 80 ? 'HTTP' : 'HTTPS'}) is now closed to everyone and nothing reaches the instance any more: a site may be down`,
    ]);
  });

  test('also as part of a range', () => {
    expect(rate([rule('tcp', 0, 65535, world)], [rule('tcp', 80, 80, world)]).severity).toBe('medium');
    expect(rate([rule('tcp', 79, 81, world)], []).severity).toBe('medium');
  });

  test.each([
    [
      'tcp 80 (HTTP) is now closed to some of its sources',
      [rule('tcp', 80, 80, world)],
      [rule('tcp', 80, 80, '10.0.0.1')],
    ],
    ['udp 80 is now closed; nothing reaches the instance any more', [rule('udp', 80, 80, world)], []],
    ['udp 80 is now closed', [rule('udp', 80, 80, world), rule('udp', 53, 53, world)], [rule('udp', 53, 53, world)]],
    [
      'tcp 22 (SSH) is now closed, and 1 more; nothing reaches the instance any more',
      [rule('tcp', 22, 22, world), rule('udp', 53, 53, world)],
      [],
    ],
    ['all udp ports are now closed; nothing reaches the instance any more', [rule('udp', 0, 65535, world)], []],
  ])('everything else is low: %s', (reason, before, after) => {
    expect(rate(before, after)).toEqual({ severity: 'low', reason });
  });
});

test('a range is partly closed only if the same ports have sources left', () => {
  const web = rule('udp', 100, 200, world);
  const closed = (...left: PortState[]) => rate([web, ...left], left).reason;
  expect(closed(rule('udp', 50, 99, world))).toBe('udp 100-200 is now closed');
  expect(closed(rule('udp', 201, 300, world))).toBe('udp 100-200 is now closed');
  expect(closed(rule('tcp', 100, 200, world))).toBe('udp 100-200 is now closed');
  expect(closed(rule('udp', 200, 200, '10.0.0.1'))).toBe('udp 100-199 is now closed, and 1 more');
  expect(closed(rule('udp', 100, 200, '10.0.0.1'))).toBe('udp 100-200 is now closed to some of its sources');
});
