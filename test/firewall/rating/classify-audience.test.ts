import { describe, expect, test } from '@jest/globals';
import { everybody, rule, world } from '../build-rule.ts';
import { allBut, openedTo, rate } from './rate.ts';

describe('opened to the world', () => {
  test.each([
    ['both halves of it', ['0.0.0.0/1', '128.0.0.0/1']],
    ['everything except one host', allBut('203.0.113.7/32')],
    ['all public addresses', allBut('10.0.0.0/8')],
    ['IPv6 alone', ['::/0']],
    ['all of IPv6 that is assigned', ['2000::/3']],
    ['three quarters and more', ['0.0.0.0/1', '128.0.0.0/2', '192.0.0.0/4']],
  ])('%s is the world', (_, sources) => {
    expect(openedTo('tcp', 22, 22, ...sources).severity).toBe('critical');
  });

  test('the first half is not the world, and the second half completes the world', () => {
    const [half, other] = [rule('tcp', 22, 22, '0.0.0.0/1'), rule('tcp', 22, 22, '128.0.0.0/1')];
    expect(rate([], [half])).toEqual({
      severity: 'high',
      reason: 'tcp 22 (SSH) is now open to a very wide public network',
    });
    expect(rate([half], [half, other]).severity).toBe('critical');
  });

  test('the last host, when the rest of the world had access before, is one host', () => {
    const before = [rule('tcp', 22, 22, ...allBut('203.0.113.7/32'))];
    expect(rate(before, [rule('tcp', 22, 22, world)])).toEqual({
      severity: 'low',
      reason: 'tcp 22 (SSH) is now open to one public host',
    });
  });

  test('opening IPv6 is critical when only IPv4 was open before', () => {
    expect(rate([rule('tcp', 22, 22, world)], [rule('tcp', 22, 22, ...everybody)]).severity).toBe('critical');
  });
});

describe('opened to someone', () => {
  test.each([
    ['high', 22, ['12.0.0.0/8'], 'tcp 22 (SSH) is now open to a very wide public network'],
    ['high', 22, ['172.0.0.0/8'], 'tcp 22 (SSH) is now open to a very wide public network'],
    ['high', 22, ['12.0.0.0/9', '13.0.0.0/9'], 'tcp 22 (SSH) is now open to a very wide public network'],
    ['high', 22, ['2001:db8::/32'], 'tcp 22 (SSH) is now open to a very wide public network'],
    ['medium', 9999, ['12.0.0.0/8'], 'tcp 9999 is now open to a very wide public network'],
    ['medium', 22, ['12.0.0.0/9'], 'tcp 22 (SSH) is now open to a public network'],
    ['medium', 22, ['2001:db8::/33'], 'tcp 22 (SSH) is now open to a public network'],
    ['medium', 22, ['203.0.113.0/29'], 'tcp 22 (SSH) is now open to a public network'],
    ['medium', 22, ['10.0.0.0/8', '203.0.113.0/24'], 'tcp 22 (SSH) is now open to a public network'],
    [
      'medium',
      22,
      ['@lightsail-connect'],
      'tcp 22 (SSH) is now open to lightsail-connect (SSH and RDP in the browser)',
    ],
    [
      'medium',
      22,
      ['203.0.113.1/32', '203.0.113.3/32', '203.0.113.5/32', '203.0.113.7/32', '203.0.113.9/32'],
      'tcp 22 (SSH) is now open to a public network',
    ],
    [
      'low',
      22,
      ['203.0.113.1/32', '203.0.113.3/32', '203.0.113.5/32', '203.0.113.7/32'],
      'tcp 22 (SSH) is now open to 4 public hosts',
    ],
    ['low', 22, ['203.0.113.0/30'], 'tcp 22 (SSH) is now open to 4 public hosts'],
    ['low', 22, ['2001:db8::1/128'], 'tcp 22 (SSH) is now open to one public host'],
    [
      'low',
      22,
      ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7', 'fe80::/10', '127.0.0.0/8'],
      'tcp 22 (SSH) is now open to private networks only',
    ],
    ['low', 9999, ['203.0.113.7'], 'tcp 9999 is now open to one public host'],
    ['low', 9999, ['10.0.0.0/8'], 'tcp 9999 is now open to private networks only'],
    ['low', 80, ['203.0.113.0/24'], 'tcp 80 (HTTP) is now open to a public network'],
    ['low', 443, ['12.0.0.0/8'], 'tcp 443 (HTTPS) is now open to a very wide public network'],
  ])('%s: tcp %i to %j', (severity, port, sources, reason) => {
    expect(openedTo('tcp', port, port, ...sources)).toEqual({ severity, reason });
  });

  test('two halves of a /8 are rated together, whenever they were opened', () => {
    const [a, b] = [rule('tcp', 22, 22, '12.0.0.0/9'), rule('tcp', 22, 22, '12.128.0.0/9')];
    expect(rate([a], [a, b]).severity).toBe('high');
  });

  test('one more host, when a /8 had access before, is one host', () => {
    expect(rate([rule('tcp', 22, 22, '12.0.0.0/8')], [rule('tcp', 22, 22, '12.0.0.0/8', '203.0.113.7')]).severity).toBe(
      'low',
    );
  });

  test('neighbouring ports that were opened to the same audience are one range', () => {
    const before = [rule('tcp', 22, 22, '198.51.100.0/25')];
    expect(rate(before, [rule('tcp', 0, 65535, '198.51.100.0/24')]).reason).toBe(
      'all tcp ports are now open to a public network',
    );
  });

  test('lightsail-connect, or any alias, is info when the port is open to the world already', () => {
    const open = rule('tcp', 22, 22, world);
    for (const alias of ['@lightsail-connect', '@other']) {
      expect(rate([open], [open, rule('tcp', 22, 22, alias)])).toEqual({
        severity: 'info',
        reason: 'tcp 22 (SSH) is now open to an alias; it is open to anywhere already',
      });
    }
  });
});

test('private addresses that complete a very wide network open nothing to the public', () => {
  const around = ['172.0.0.0/12', '172.32.0.0/11', '172.64.0.0/10', '172.128.0.0/9'];
  const opened = rate([rule('tcp', 9999, 9999, ...around)], [rule('tcp', 9999, 9999, ...around, '172.16.0.0/12')]);
  expect(opened).toEqual({ severity: 'low', reason: 'tcp 9999 is now open to private networks only' });
});
