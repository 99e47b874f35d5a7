import { describe, expect, test } from '@jest/globals';
import {
  compareFirewalls,
  defaultRatingPolicy,
  exposureOf,
  type PortState,
  type Rating,
  type RatingPolicy,
  rateArrival,
  rateChange,
  rateDeparture,
  rateExposure,
  worstSeverity,
} from '../../../lambda/firewall/index.ts';

function rule(protocol: string, from: number, to: number, ...sources: string[]): PortState {
  const isAlias = (source: string) => source.startsWith('@');
  return {
    protocol,
    fromPort: from,
    toPort: to,
    state: 'open',
    cidrs: sources.filter((source) => !isAlias(source)),
    cidrListAliases: sources.filter(isAlias).map((source) => source.slice(1)),
  };
}

const world = '0.0.0.0/0';
const everybody = [world, '::/0'];

function rate(before: PortState[], after: PortState[], policy: RatingPolicy = defaultRatingPolicy): Rating {
  const diff = compareFirewalls({ rules: before }, { rules: after });
  const reach = (rules: PortState[]) => exposureOf({ rules }).reach;
  return rateChange({ ...diff, before: reach(before), after: reach(after) }, policy);
}

const openedTo = (protocol: string, from: number, to: number, ...sources: string[]) =>
  rate([], [rule(protocol, from, to, ...sources)]);

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
  ])('%s %i-%i is critical, and the reason says why', (protocol, from, to, reason) => {
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
      'unknown protocol "sctp" 80 is now open to whomever: its protocol is not known, which counts as anywhere',
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

  test('a port more between two is told alone', () => {
    const web = [rule('tcp', 80, 80, world), rule('tcp', 443, 443, world)];
    expect(rate(web, [rule('tcp', 80, 443, world)])).toMatchObject({ severity: 'critical' });
    expect(rate(web, [...web, rule('tcp', 81, 81, world)])).toEqual({
      severity: 'high',
      reason: 'tcp 81 is now open to anywhere',
    });
  });

  test.each([
    ['both halves of it', ['0.0.0.0/1', '128.0.0.0/1']],
    ['everything except one host', allBut('203.0.113.7/32')],
    ['all public addresses', allBut('10.0.0.0/8')],
    ['IPv6 alone', ['::/0']],
    ['all of IPv6 that is given out', ['2000::/3']],
    ['three quarters and more', ['0.0.0.0/1', '128.0.0.0/2', '192.0.0.0/4']],
  ])('%s is the world', (_, sources) => {
    expect(openedTo('tcp', 22, 22, ...sources).severity).toBe('critical');
  });

  test('only IPv6: the reason says so', () => {
    expect(openedTo('tcp', 9999, 9999, '::/0').reason).toBe('tcp 9999 is now open to anywhere (IPv6)');
  });

  test('half of it is not the world yet, and the second half is', () => {
    const [half, other] = [rule('tcp', 22, 22, '0.0.0.0/1'), rule('tcp', 22, 22, '128.0.0.0/1')];
    expect(rate([], [half])).toEqual({
      severity: 'high',
      reason: 'tcp 22 (SSH) is now open to a very wide public network',
    });
    expect(rate([half], [half, other]).severity).toBe('critical');
  });

  test('the last host where the world was already in is a host', () => {
    const before = [rule('tcp', 22, 22, ...allBut('203.0.113.7/32'))];
    expect(rate(before, [rule('tcp', 22, 22, world)])).toEqual({
      severity: 'low',
      reason: 'tcp 22 (SSH) is now open to one public host',
    });
  });

  test('IPv6 is a world of its own: it is news where only IPv4 was open', () => {
    expect(rate([rule('tcp', 22, 22, world)], [rule('tcp', 22, 22, ...everybody)]).severity).toBe('critical');
  });

  test('the last port that was missing makes it every port', () => {
    const before = [rule('tcp', 0, 9998, world), rule('tcp', 10000, 65535, world)];
    expect(rate(before, [rule('tcp', 0, 65535, world)])).toEqual({
      severity: 'critical',
      reason: 'all tcp ports are now open to anywhere',
    });
  });
});

function allBut(network: string): string[] {
  const diff = compareFirewalls({ rules: [rule('tcp', 22, 22, network)] }, { rules: [rule('tcp', 22, 22, world)] });
  return diff.opened.flatMap(({ sources }) => sources);
}

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

  test('two halves of a /8 are judged together, whenever they came', () => {
    const [a, b] = [rule('tcp', 22, 22, '12.0.0.0/9'), rule('tcp', 22, 22, '12.128.0.0/9')];
    expect(rate([a], [a, b]).severity).toBe('high');
  });

  test('a further host where a /8 was already in is a host', () => {
    expect(rate([rule('tcp', 22, 22, '12.0.0.0/8')], [rule('tcp', 22, 22, '12.0.0.0/8', '203.0.113.7')]).severity).toBe(
      'low',
    );
  });

  test('neighbouring ports that were opened alike are told together', () => {
    const before = [rule('tcp', 22, 22, '198.51.100.0/25')];
    expect(rate(before, [rule('tcp', 0, 65535, '198.51.100.0/24')]).reason).toBe(
      'all tcp ports are now open to a public network',
    );
  });

  test('lightsail-connect, or any alias, is info where the world is already in', () => {
    const open = rule('tcp', 22, 22, world);
    for (const alias of ['@lightsail-connect', '@other']) {
      expect(rate([open], [open, rule('tcp', 22, 22, alias)])).toEqual({
        severity: 'info',
        reason: 'tcp 22 (SSH) is now open to an alias, where the world is already in',
      });
    }
  });
});

describe('P7: what is not understood is rated as open to the world', () => {
  test.each([
    ['an alias that is not known', [rule('tcp', 22, 22, '@office')]],
    ['a source that is not understood', [rule('tcp', 22, 22, '10.0.0.0/33')]],
    ['a source that is not named', [rule('tcp', 22, 22)]],
  ])('%s', (who, after) => {
    expect(rate([], after)).toEqual({
      severity: 'critical',
      reason: `tcp 22 (SSH) is on the high-risk list (AWS Security Hub EC2.19) and is now open to ${who}, which counts as anywhere`,
    });
  });

  test('an unknown protocol, from whomever', () => {
    expect(openedTo('gre', 0, 0, '10.0.0.1').severity).toBe('high');
    expect(openedTo('gre', -1, -1, '10.0.0.1').severity).toBe('critical');
  });

  test('a new rule with an unknown field, from whomever', () => {
    const odd = { ...rule('tcp', 22, 22, '10.0.0.1'), action: 'deny' };
    expect(rate([rule('tcp', 22, 22, '10.0.0.1')], [odd])).toEqual({
      severity: 'critical',
      reason: 'tcp 22 (SSH) counts as open to anywhere: a rule came along that is not fully understood',
    });
    expect(rate([odd], [odd, rule('tcp', 22, 22, '10.0.0.2')]).severity).toBe('low');
    expect(rateExposure(exposureOf({ rules: [odd] }), defaultRatingPolicy)).toEqual({
      severity: 'critical',
      reason: 'tcp 22 (SSH) counts as open to anywhere: a rule is not fully understood',
    });
  });

  test('something in place of a rule', () => {
    expect(rate([], [7 as unknown as PortState]).severity).toBe('critical');
  });
});

describe('closed', () => {
  test.each([80, 443])('tcp %i without its last source is medium: a site may be down', (port) => {
    const { severity, reason } = rate([rule('tcp', port, port, '203.0.113.0/24')], []);
    expect([severity, reason]).toEqual([
      'medium',
      `tcp ${port} (${port === 80 ? 'HTTP' : 'HTTPS'}) is now closed to everyone: a site may be down`,
    ]);
  });

  test('in a range too', () => {
    expect(rate([rule('tcp', 0, 65535, world)], [rule('tcp', 80, 80, world)]).severity).toBe('medium');
    expect(rate([rule('tcp', 79, 81, world)], []).severity).toBe('medium');
  });

  test.each([
    [
      'tcp 80 (HTTP) is now closed to some who could reach it',
      [rule('tcp', 80, 80, world)],
      [rule('tcp', 80, 80, '10.0.0.1')],
    ],
    ['udp 80 is now closed', [rule('udp', 80, 80, world)], []],
    ['tcp 22 (SSH) is now closed, and 1 more', [rule('tcp', 22, 22, world), rule('udp', 53, 53, world)], []],
    ['all udp ports are now closed', [rule('udp', 0, 65535, world)], []],
  ])('else it is low: %s', (reason, before, after) => {
    expect(rate(before, after)).toEqual({ severity: 'low', reason });
  });
});

test('mixed is the worse of both', () => {
  const web = rule('tcp', 80, 80, world);
  expect(rate([web], [rule('tcp', 22, 22, '10.0.0.1')]).severity).toBe('medium');
  expect(rate([web], [rule('tcp', 22, 22, world)]).severity).toBe('critical');
});

test('neither opened nor closed is info', () => {
  const web = rule('tcp', 80, 80, world);
  expect(rate([web], [web, web])).toEqual({
    severity: 'info',
    reason: 'the rules were rewritten; what they let through is the same',
  });
});

test('the high-risk list is the policy’s', () => {
  const policy = { highRiskPorts: [9999] };
  expect(rate([], [rule('tcp', 9999, 9999, world)], policy)).toEqual({
    severity: 'critical',
    reason: 'tcp 9999 is on the high-risk list and is now open to anywhere',
  });
  expect(rate([], [rule('tcp', 22, 22, world)], policy).severity).toBe('high');
  expect(rate([], [rule('tcp', 1, 9998, world), rule('tcp', 10000, 65535, world)], policy).severity).toBe('high');
  expect(rate([], [rule('udp', 0, 65535, world)], { highRiskPorts: [] }).severity).toBe('critical');
});

describe('an instance', () => {
  const linux = [rule('tcp', 22, 22, ...everybody), rule('tcp', 80, 80, ...everybody)];
  const arrival = 'a new instance with exactly the default rules of its blueprint';

  test('found with an exposure is rated on all of it', () => {
    expect(rateExposure(exposureOf({ rules: linux }), defaultRatingPolicy)).toEqual({
      severity: 'critical',
      reason: 'tcp 22 (SSH) is on the high-risk list (AWS Security Hub EC2.19) and is open to anywhere',
    });
    expect(rateExposure(exposureOf({ rules: [] }), defaultRatingPolicy)).toEqual({
      severity: 'info',
      reason: 'nothing can be reached',
    });
    expect(rateExposure(exposureOf({ rules: [rule('all', 0, 65535, world)] }), defaultRatingPolicy).reason).toBe(
      'all protocols and ports are open to anywhere',
    );
  });

  test('dormant reach is rated one step lower', () => {
    const rules = [rule('tcp', 22, 22, '::/0'), rule('tcp', 80, 80, world)];
    expect(rateExposure(exposureOf({ rules, ipAddressType: 'ipv4' }), defaultRatingPolicy)).toEqual({
      severity: 'high',
      reason:
        'dormant until the instance gets such an address: tcp 22 (SSH) is on the high-risk list (AWS Security Hub EC2.19) and is open to anywhere (IPv6)',
    });
    expect(
      rateExposure(exposureOf({ rules: [rule('tcp', 80, 80, '::/0')], ipAddressType: 'ipv4' }), defaultRatingPolicy)
        .severity,
    ).toBe('info');
  });

  test.each([
    ['ubuntu_24_04', linux],
    ['amazon_linux_2023', linux],
    ['windows_server_2022', [...linux, rule('tcp', 3389, 3389, ...everybody)]],
    ['wordpress', [...linux, rule('tcp', 443, 443, ...everybody)]],
    ['nodejs', [rule('tcp', 443, 443, ...everybody), ...linux]],
    [
      'cpanel_whm_linux',
      [22, 53, 80, 443, 2078, 2083, 2087, 2089]
        .map((port) => rule('tcp', port, port, ...everybody))
        .concat(rule('udp', 53, 53, ...everybody)),
    ],
    [
      'plesk_ubuntu',
      [22, 53, 80, 443, 8443, 8447]
        .map((port) => rule('tcp', port, port, ...everybody))
        .concat(rule('udp', 53, 53, ...everybody)),
    ],
  ])('new, with exactly the default rules of %s, is medium and says so', (blueprint, rules) => {
    expect(rateArrival({ rules }, blueprint, defaultRatingPolicy)).toEqual({
      severity: 'medium',
      reason: `${arrival} ${blueprint}`,
    });
  });

  test.each([
    ...[
      'amazon_linux_2',
      'centos_stream_9',
      'debian_12',
      'freebsd_14',
      'opensuse_15',
      'ubuntu_22_04',
      'alma_linux_9',
      'rocky_9',
    ].map((blueprint): [string, number[]] => [blueprint, [22, 80]]),
    ...[
      'wordpress_multisite',
      'ghost_bitnami',
      'joomla',
      'prestashop_bitnami',
      'drupal',
      'lamp_8_bitnami',
      'django',
      'nodejs',
    ].map((blueprint): [string, number[]] => [blueprint, [22, 80, 443]]),
    ...['mean', 'gitlab', 'nginx', 'magento', 'redmine'].map((blueprint): [string, number[]] => [
      blueprint,
      [22, 80, 443],
    ]),
    ...['windows_server_2019', 'sql_2022_express'].map((blueprint): [string, number[]] => [blueprint, [22, 80, 3389]]),
  ])('%s starts with tcp %j open to all, and nothing else', (blueprint, ports) => {
    const open = (list: readonly number[]) => list.map((port) => rule('tcp', port, port, ...everybody));
    expect(rateArrival({ rules: open(ports) }, blueprint, defaultRatingPolicy).reason).toBe(`${arrival} ${blueprint}`);
    expect(rateArrival({ rules: open(ports.slice(1)) }, blueprint, defaultRatingPolicy).reason).not.toContain(arrival);
    expect(rateArrival({ rules: open([...ports, 8443]) }, blueprint, defaultRatingPolicy).reason).not.toContain(
      arrival,
    );
  });

  test('what many blueprints start with is no default of one that is not known', () => {
    for (const ports of [
      [22, 80],
      [22, 80, 443],
      [22, 80, 3389],
    ]) {
      const rules = ports.map((port) => rule('tcp', port, port, ...everybody));
      expect(rateArrival({ rules }, 'temple_os', defaultRatingPolicy).reason).not.toContain(arrival);
    }
  });

  test('one port more than the default, or less, or another blueprint, and it is rated like any', () => {
    expect(
      rateArrival({ rules: [...linux, rule('tcp', 443, 443, world)] }, 'ubuntu_24_04', defaultRatingPolicy).severity,
    ).toBe('critical');
    expect(rateArrival({ rules: linux.slice(1) }, 'ubuntu_24_04', defaultRatingPolicy).severity).toBe('low');
    expect(rateArrival({ rules: linux }, 'wordpress', defaultRatingPolicy).severity).toBe('critical');
    expect(rateArrival({ rules: linux }, 'temple_os', defaultRatingPolicy).severity).toBe('critical');
    expect(rateArrival({ rules: linux }, null, defaultRatingPolicy).severity).toBe('critical');
    expect(
      rateArrival(
        { rules: [rule('tcp', 22, 22, world), rule('tcp', 80, 80, world)] },
        'ubuntu_24_04',
        defaultRatingPolicy,
      ).severity,
    ).toBe('critical');
    expect(
      rateArrival({ rules: linux.map((one) => ({ ...one, x: 1 })) }, 'ubuntu_24_04', defaultRatingPolicy).severity,
    ).toBe('critical');
  });

  test('with IPv4 addresses only, the default rules may lack IPv6, or hold it dormant', () => {
    const in4 = [rule('tcp', 22, 22, world), rule('tcp', 80, 80, world)];
    for (const rules of [in4, linux])
      expect(rateArrival({ rules, ipAddressType: 'ipv4' }, 'debian_12', defaultRatingPolicy).severity).toBe('medium');
    const more = [...in4, rule('tcp', 3389, 3389, '::/0')];
    expect(rateArrival({ rules: more, ipAddressType: 'ipv4' }, 'debian_12', defaultRatingPolicy).severity).toBe(
      'critical',
    );
  });

  test('new, and nothing on it can be reached, is low; nothing new is ever less', () => {
    expect(rateArrival({ rules: [] }, 'ubuntu_24_04', defaultRatingPolicy)).toEqual({
      severity: 'low',
      reason: 'a new instance; nothing on it can be reached',
    });
    expect(
      rateArrival({ rules: [rule('tcp', 80, 80, '::/0')], ipAddressType: 'ipv4' }, null, defaultRatingPolicy).severity,
    ).toBe('low');
  });

  test('a blueprint with a hostile name is printed harmlessly', () => {
    const reason = rateArrival({ rules: linux }, 'ubuntu\u001b[31m\u202e', defaultRatingPolicy).reason;
    expect(reason).toBe(`${arrival} ubuntu\ufffd[31m\ufffd`);
  });

  test('gone is low, or medium where a site went with it', () => {
    expect(rateDeparture([])).toEqual({ severity: 'low', reason: 'the instance is gone' });
    expect(rateDeparture(exposureOf({ rules: [rule('tcp', 22, 22, world)] }).reach).severity).toBe('low');
    expect(rateDeparture(exposureOf({ rules: linux }).reach)).toEqual({
      severity: 'medium',
      reason: 'the instance is gone; tcp 80 (HTTP) is now closed to everyone: a site may be down',
    });
  });
});

describe('the reason', () => {
  test('is about the ports where it is worst', () => {
    const before = [rule('tcp', 22, 22, '12.0.0.0/9')];
    const after = [...before, rule('tcp', 20, 30, '12.128.0.0/9')];
    expect(rate(before, after)).toEqual({
      severity: 'high',
      reason: 'tcp 22 (SSH) is now open to a very wide public network',
    });
  });

  test('joins ports only where they touch, of one protocol, opened to the same', () => {
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

  test('does not join tcp and udp, nor take one for the other', () => {
    const policy = { highRiskPorts: [] };
    expect(rate([], [rule('tcp', 5, 6, world), rule('udp', 7, 8, world)], policy).reason).toBe(
      'tcp 5-6 is now open to anywhere',
    );
    const halves = [rule('tcp', 0, 100, world), rule('udp', 101, 65535, world)];
    expect(rate([], halves, policy)).toEqual({ severity: 'high', reason: 'tcp 0-100 is now open to anywhere' });
  });

  test('names a port of the list that has no name, and how many more there are', () => {
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

  test('for a family more, where all was open to the other', () => {
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

  test('for every port from nobody knows where', () => {
    expect(openedTo('tcp', 0, 65535)).toEqual({
      severity: 'critical',
      reason: 'all tcp ports are now open to a source that is not named, which counts as anywhere',
    });
    const odd = { ...rule('tcp', 0, 65535, '10.0.0.1'), x: 1 };
    expect(rate([], [odd]).reason).toBe(
      'all tcp ports count as open to anywhere: a rule came along that is not fully understood',
    );
    expect(rate([], [rule('gre', 1, 65535, '10.0.0.1')], { highRiskPorts: [] }).severity).toBe('critical');
    expect(rate([], [rule('gre', 2, 65535, '10.0.0.1')], { highRiskPorts: [] }).severity).toBe('high');
    expect(rate([], [rule('gre', 0, 65534, '10.0.0.1')], { highRiskPorts: [] }).severity).toBe('high');
  });

  test('one protocol whole is not another', () => {
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

  test('closed to some only where others are left on the very ports', () => {
    const web = rule('udp', 100, 200, world);
    const closed = (...left: PortState[]) => rate([web, ...left], left).reason;
    expect(closed(rule('udp', 50, 99, world))).toBe('udp 100-200 is now closed');
    expect(closed(rule('udp', 201, 300, world))).toBe('udp 100-200 is now closed');
    expect(closed(rule('tcp', 100, 200, world))).toBe('udp 100-200 is now closed');
    expect(closed(rule('udp', 200, 200, '10.0.0.1'))).toBe('udp 100-199 is now closed, and 1 more');
    expect(closed(rule('udp', 100, 200, '10.0.0.1'))).toBe('udp 100-200 is now closed to some who could reach it');
  });

  test('a new instance with dormant rules only is not one that nothing can reach', () => {
    const rules = [rule('tcp', 22, 22, '::/0')];
    expect(rateArrival({ rules, ipAddressType: 'ipv4' }, null, defaultRatingPolicy)).toEqual({
      severity: 'high',
      reason:
        'dormant until the instance gets such an address: tcp 22 (SSH) is on the high-risk list (AWS Security Hub EC2.19) and is open to anywhere (IPv6)',
    });
  });
});

function reachOf(...rules: PortState[]) {
  return exposureOf({ rules }).reach;
}

test('private addresses that complete a very wide network open nothing to the public', () => {
  const around = ['172.0.0.0/12', '172.32.0.0/11', '172.64.0.0/10', '172.128.0.0/9'];
  const opened = rate([rule('tcp', 9999, 9999, ...around)], [rule('tcp', 9999, 9999, ...around, '172.16.0.0/12')]);
  expect(opened).toEqual({ severity: 'low', reason: 'tcp 9999 is now open to private networks only' });
});

test('the worst of several severities is the worst wherever it stands, and of none it is info', () => {
  expect(worstSeverity(['low', 'critical', 'medium'])).toBe('critical');
  expect(worstSeverity(['medium', 'low', 'info'])).toBe('medium');
  expect(worstSeverity(['info', 'low'])).toBe('low');
  expect(worstSeverity([])).toBe('info');
});

test('a port of the high-risk list is named as such on a protocol that is not known, too', () => {
  expect(openedTo('sctp', 22, 22, '203.0.113.7')).toEqual({
    severity: 'critical',
    reason:
      'unknown protocol "sctp" 22 is on the high-risk list (AWS Security Hub EC2.19) and is now open to whomever: its protocol is not known, which counts as anywhere',
  });
});
