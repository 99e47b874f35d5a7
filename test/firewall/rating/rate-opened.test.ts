import { describe, expect, test } from '@jest/globals';
import {
  compareFirewalls,
  defaultRatingPolicy,
  exposureOf,
  type PortState,
  rateChange,
  rateExposure,
} from '../../../lambda/firewall/index.ts';
import { everybody, reachOf, rule, world } from '../build-rule.ts';
import { openedTo, rate } from './rate.ts';

describe('opened to the world', () => {
  test.each([
    ['tcp', 22, 22, 'tcp 22 (SSH) is on the high-risk list (AWS Security Hub EC2.19) and is now open to anywhere'],
    [
      'tcp',
      3389,
      3389,
      'tcp 3389 (RDP) is on the high-risk list (AWS Security Hub EC2.19) and is now open to anywhere',
    ],
    [
      'udp',
      1434,
      1434,
      'udp 1434 (SQL Server browser) is on the high-risk list (AWS Security Hub EC2.19) and is now open to anywhere',
    ],
    ['tcp', 27017, 27017, 'tcp 27017 (MongoDB) is on the high-risk list and is now open to anywhere'],
    [
      'tcp',
      20,
      25,
      'tcp 20-25 includes 20 (FTP data) and 4 more ports on the high-risk list (AWS Security Hub EC2.19) and is now open to anywhere',
    ],
    [
      'tcp',
      3001,
      3306,
      'tcp 3001-3306 includes 3306 (MySQL) on the high-risk list (AWS Security Hub EC2.19) and is now open to anywhere',
    ],
    ['tcp', 0, 65535, 'all tcp ports are now open to anywhere'],
    ['udp', 1, 65535, 'all udp ports are now open to anywhere'],
    ['all', 0, 65535, 'all protocols and ports are now open to anywhere'],
  ])('%s %i-%i is critical, with the reason', (protocol, from, to, reason) => {
    expect(openedTo(protocol, from, to, world)).toEqual({ severity: 'critical', reason });
  });

  test('every port of the default list is critical', () => {
    const ratings = defaultRatingPolicy.highRiskPorts.map((port) => openedTo('tcp', port, port, world).severity);
    expect(new Set(ratings)).toEqual(new Set(['critical']));
    expect(ratings).toHaveLength(32);
  });

  test.each([
    ['tcp', 8443, 8443, 'tcp 8443 is now open to anywhere'],
    ['tcp', 80, 81, 'tcp 80-81 is now open to anywhere'],
    ['udp', 443, 443, 'udp 443 (HTTP/3) is now open to anywhere'],
    ['udp', 80, 80, 'udp 80 is now open to anywhere'],
    [
      'sctp',
      80,
      80,
      'unknown protocol "sctp" 80 is now open; its protocol is unknown, so it counts as open to anywhere',
    ],
  ])('%s %i-%i is high', (protocol, from, to, reason) => {
    expect(openedTo(protocol, from, to, world)).toEqual({ severity: 'high', reason });
  });

  test.each([
    ['tcp', 80, 80, 'tcp 80 (HTTP) is now open to anywhere'],
    ['tcp', 443, 443, 'tcp 443 (HTTPS) is now open to anywhere'],
    ['icmp', 8, -1, 'icmp echo request (ping) is now open to anywhere'],
    ['icmp', 22, 22, 'icmp type 22 code 22 is now open to anywhere'],
    ['icmpv6', -1, -1, 'all ICMPv6 is now open to anywhere'],
  ])('%s %i, %i is low', (protocol, from, to, reason) => {
    expect(openedTo(protocol, from, to, world)).toEqual({ severity: 'low', reason });
  });

  test('one more port between two open ports is rated alone', () => {
    const web = [rule('tcp', 80, 80, world), rule('tcp', 443, 443, world)];
    expect(rate(web, [rule('tcp', 80, 443, world)])).toMatchObject({ severity: 'critical' });
    expect(rate(web, [...web, rule('tcp', 81, 81, world)])).toEqual({
      severity: 'high',
      reason: 'tcp 81 is now open to anywhere',
    });
  });

  test('the reason names IPv6 when only IPv6 opened', () => {
    expect(openedTo('tcp', 9999, 9999, '::/0').reason).toBe('tcp 9999 is now open to anywhere (IPv6)');
  });

  test('the last missing port makes it every port', () => {
    const before = [rule('tcp', 0, 9998, world), rule('tcp', 10000, 65535, world)];
    expect(rate(before, [rule('tcp', 0, 65535, world)])).toEqual({
      severity: 'critical',
      reason: 'all tcp ports are now open to anywhere',
    });
  });
});

describe('P7: a rule that is not understood is rated as open to the world', () => {
  test.each([
    ['an alias is unknown', [rule('tcp', 22, 22, '@office')]],
    ['a source is not understood', [rule('tcp', 22, 22, '10.0.0.0/33')]],
    ['its rule names no source', [rule('tcp', 22, 22)]],
  ])('%s', (why, after) => {
    expect(rate([], after)).toEqual({
      severity: 'critical',
      reason: `tcp 22 (SSH) is on the high-risk list (AWS Security Hub EC2.19) and is now open; ${why}, so it counts as open to anywhere`,
    });
  });

  test('an unknown protocol, from any source', () => {
    expect(openedTo('gre', 0, 0, '10.0.0.1').severity).toBe('high');
    expect(openedTo('gre', -1, -1, '10.0.0.1').severity).toBe('critical');
  });

  test('a new rule with an unknown field, from any source', () => {
    const odd = { ...rule('tcp', 22, 22, '10.0.0.1'), action: 'deny' };
    expect(rate([rule('tcp', 22, 22, '10.0.0.1')], [odd])).toEqual({
      severity: 'critical',
      reason: 'tcp 22 (SSH) counts as open to anywhere: a new rule has an unknown field',
    });
    expect(rate([odd], [odd, rule('tcp', 22, 22, '10.0.0.2')]).severity).toBe('low');
    expect(rateExposure(exposureOf({ rules: [odd] }), defaultRatingPolicy)).toEqual({
      severity: 'critical',
      reason: 'tcp 22 (SSH) counts as open to anywhere: a rule has an unknown field',
    });
  });

  test('a value that is not a rule', () => {
    expect(rate([], [7 as unknown as PortState]).severity).toBe('critical');
  });
});

describe('the reason', () => {
  test('is about the ports with the highest severity', () => {
    const before = [rule('tcp', 22, 22, '12.0.0.0/9')];
    const after = [...before, rule('tcp', 20, 30, '12.128.0.0/9')];
    expect(rate(before, after)).toEqual({
      severity: 'high',
      reason: 'tcp 22 (SSH) is now open to a very wide public network',
    });
  });

  test('joins ports that touch, of one protocol, with the same audience', () => {
    const network = '203.0.113.0/24';
    expect(rate([], [rule('tcp', 5, 6, network), rule('tcp', 8, 9, network)]).reason).toBe(
      'tcp 5-6 is now open to a public network',
    );
    expect(rate([], [rule('tcp', 65534, 65535, network), rule('udp', 0, 1, network)]).reason).toBe(
      'tcp 65534-65535 is now open to a public network',
    );
    expect(rate([], [rule('tcp', 5, 6, '1.1.1.1'), rule('tcp', 7, 7, '1.1.1.1', '2.2.2.2')]).reason).toBe(
      'tcp 5-6 is now open to one public host',
    );
    expect(rate([], [rule('tcp', 8080, 8080, '12.0.0.0/8'), rule('tcp', 8081, 8081, network)]).reason).toBe(
      'tcp 8080 is now open to a very wide public network',
    );
    expect(rate([], [rule('udp', 5, 6, world), rule('tcp', 7, 7, network)]).reason).toBe(
      'udp 5-6 is now open to anywhere',
    );
  });

  test('does not join tcp and udp, and does not mistake one for the other', () => {
    const policy = { highRiskPorts: [] };
    expect(rate([], [rule('tcp', 5, 6, world), rule('udp', 7, 8, world)], policy).reason).toBe(
      'tcp 5-6 is now open to anywhere',
    );
    const halves = [rule('tcp', 0, 100, world), rule('udp', 101, 65535, world)];
    expect(rate([], halves, policy)).toEqual({ severity: 'high', reason: 'tcp 0-100 is now open to anywhere' });
  });

  test('names a port of the list without a service name, and counts the others', () => {
    const list = 'on the high-risk list (AWS Security Hub EC2.19) and is now open to anywhere';
    expect(openedTo('tcp', 5450, 5550, world).reason).toBe(`tcp 5450-5550 includes 5500 ${list}`);
    expect(openedTo('tcp', 5432, 5500, world).reason).toBe(
      `tcp 5432-5500 includes 5432 (PostgreSQL) and 1 more port ${list}`,
    );
  });

  test('the list may be in any order', () => {
    const policy = { highRiskPorts: [9999, 7, 9998] };
    expect(rate([], [rule('tcp', 1, 10000, world)], policy).reason).toBe(
      'tcp 1-10000 includes 7 and 2 more ports on the high-risk list and is now open to anywhere',
    );
    expect(policy.highRiskPorts).toEqual([9999, 7, 9998]);
  });

  test('for one more family, when every port was open to the other family', () => {
    const both = (protocol: string) =>
      rate([rule(protocol, 0, 65535, world)], [rule(protocol, 0, 65535, ...everybody)]).reason;
    expect(both('tcp')).toBe('all tcp ports are now open to anywhere (IPv6)');
    expect(both('all')).toBe('all tcp ports are now open to anywhere (IPv6)');
    const { opened } = compareFirewalls(
      { rules: [rule('all', 0, 65535, world)] },
      { rules: [rule('all', 0, 65535, ...everybody)] },
    );
    const other = opened.filter(({ protocol }) => protocol === 'other');
    expect(
      rateChange(
        {
          opened: other,
          closed: [],
          notes: [],
          before: reachOf(rule('all', 0, 65535, world)),
          after: reachOf(rule('all', 0, 65535, ...everybody)),
        },
        defaultRatingPolicy,
      ).reason,
    ).toBe('all other IP protocols are now open to anywhere (IPv6)');
  });

  test('for every port from an unspecified source', () => {
    expect(openedTo('tcp', 0, 65535)).toEqual({
      severity: 'critical',
      reason: 'all tcp ports are now open; its rule names no source, so it counts as open to anywhere',
    });
    const odd = { ...rule('tcp', 0, 65535, '10.0.0.1'), x: 1 };
    expect(rate([], [odd]).reason).toBe('all tcp ports count as open to anywhere: a new rule has an unknown field');
    expect(rate([], [rule('gre', 1, 65535, '10.0.0.1')], { highRiskPorts: [] }).severity).toBe('critical');
    expect(rate([], [rule('gre', 2, 65535, '10.0.0.1')], { highRiskPorts: [] }).severity).toBe('high');
    expect(rate([], [rule('gre', 0, 65534, '10.0.0.1')], { highRiskPorts: [] }).severity).toBe('high');
  });

  test('one whole protocol is not another', () => {
    const before = [rule('udp', 0, 65535, world), rule('tcp', 8443, 8443, '1.1.1.1')];
    expect(rate(before, [...before, rule('tcp', 8443, 8443, world)])).toEqual({
      severity: 'high',
      reason: 'tcp 8443 is now open to anywhere',
    });
    const whole = [rule('tcp', 0, 65535, world)];
    expect(rate(whole, [...whole, rule('udp', 8443, 8443, world)]).reason).toBe('udp 8443 is now open to anywhere');
    expect(
      rate([rule('udp', 0, 65535, world)], [rule('udp', 0, 65535, world), rule('tcp', 0, 65535, world)]).reason,
    ).toBe('all tcp ports are now open to anywhere');
  });
});

test('a port of the high-risk list is named on an unknown protocol too', () => {
  expect(openedTo('sctp', 22, 22, '203.0.113.7')).toEqual({
    severity: 'critical',
    reason:
      'unknown protocol "sctp" 22 is on the high-risk list (AWS Security Hub EC2.19) and is now open; its protocol is unknown, so it counts as open to anywhere',
  });
});
