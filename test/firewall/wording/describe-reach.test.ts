import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  describeReach,
  diffFirewalls,
  exposureOf,
  type PortState,
  type Reach,
  renderPhrase,
} from '../../../lambda/firewall/index.ts';
import {
  canonicaliseReach,
  intersectReach,
  mergeRectangles,
  subtractReach,
  toReach,
  toRectangle,
} from '../../../lambda/firewall/sets/canonical-reach.ts';
import { describePorts } from '../../../lambda/firewall/wording/describe-ports.ts';
import { findFewestLines, type ReachLine } from '../../../lambda/firewall/wording/fewest-lines.ts';
import { findLinesOverOpenBefore } from '../../../lambda/firewall/wording/lines-over-open-before.ts';
import { pairs, runs, textOf } from '../arbitrary-firewall.ts';
import { expectSame } from '../expect-same.ts';

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
const reachOf = (...rules: PortState[]) => exposureOf({ rules }).reach;

/** The sentences; the same whatever the order of the rules and of the reach. */
function say(...rules: PortState[]): string[] {
  const phrases = (reach: Reach[]) => describeReach(reach).phrases.map(renderPhrase);
  const said = phrases(reachOf(...rules));
  expect(phrases(reachOf(...rules.toReversed()).toReversed())).toEqual(said);
  return said;
}

function sayOpened(before: PortState[], after: PortState[]): string[] {
  const { opened } = diffFirewalls(before, after);
  const said = describeReach(opened, { background: reachOf(...before) }).phrases.map(renderPhrase);
  const again = describeReach(opened.toReversed(), { background: reachOf(...before).toReversed() });
  expect(again.phrases.map(renderPhrase)).toEqual(said);
  return said;
}

describe('what', () => {
  test.each([
    [rule('tcp', 22, 22, world), 'tcp 22 (SSH)'],
    [rule('tcp', 8443, 8443, world), 'tcp 8443'],
    [rule('udp', 22, 22, world), 'udp 22'],
    [rule('udp', 53, 53, world), 'udp 53 (DNS)'],
    [rule('tcp', 20, 25, world), 'tcp 20-25'],
    [rule('tcp', 1, 65535, world), 'tcp 1-65535'],
    [rule('tcp', 0, 65534, world), 'tcp 0-65534'],
    [rule('tcp', 0, 65535, world), 'all tcp ports'],
    [rule('udp', 0, 65535, world), 'all udp ports'],
    [rule('all', 0, 65535, world), 'all protocols'],
    [rule('icmp', -1, -1, world), 'all ICMP'],
    [rule('icmpv6', -1, -1, world), 'all ICMPv6'],
    [rule('icmp', 8, -1, world), 'icmp echo request (ping)'],
    [rule('icmp', 8, 0, world), 'icmp echo request (ping)'],
    [rule('icmp', 8, 1, world), 'icmp type 8 code 1'],
    [rule('icmp', 0, 0, world), 'icmp echo reply'],
    [rule('icmpv6', 128, 0, world), 'icmpv6 echo request (ping)'],
    [rule('icmpv6', 129, 0, world), 'icmpv6 echo reply'],
    [rule('icmpv6', 8, 0, world), 'icmpv6 type 8 code 0'],
    [rule('icmp', 3, 1, world), 'icmp type 3 code 1'],
    [rule('icmp', 3, -1, world), 'icmp type 3'],
    [rule('icmp', 22, 22, world), 'icmp type 22 code 22'],
    [rule('gre', -1, -1, world), 'unknown protocol "gre"'],
    [rule('sctp', 22, 30, world), 'unknown protocol "sctp" 22-30'],
    [rule('', 22, 22, world), 'unknown protocol "" 22'],
  ])('%j', (one, what) => {
    expect(say(one)).toEqual([`${what} from anywhere (0.0.0.0/0)`]);
  });

  test.each([
    [[rule('icmp', 3, -1, world), rule('icmp', 4, -1, world)], 'icmp types 3-4'],
    [[rule('icmp', 3, 1, world), rule('icmp', 3, 2, world)], 'icmp type 3 codes 1-2'],
    [[rule('icmp', 3, 255, world), rule('icmp', 4, 0, world)], 'icmp type 3 code 255 to type 4 code 0'],
    [[rule('icmp', 7, -1, world), rule('icmp', 8, -1, world)], 'icmp types 7-8'],
  ])('types and codes that touch: %j', (rules, what) => {
    expect(say(...rules)).toEqual([`${what} from anywhere (0.0.0.0/0)`]);
  });

  test('everything but tcp, udp and ICMP has a name', () => {
    const tcp = ['tcp', 'udp'].map((protocol) => rule(protocol, 0, 65535, world));
    const { closed } = diffFirewalls([rule('all', 0, 65535, world)], [...tcp, rule('icmp', -1, -1, world)]);
    expect(describeReach(closed).phrases.map(({ what }) => what)).toEqual(['all ICMPv6', 'all other IP protocols']);
  });
});

describe('from', () => {
  test.each([
    [everybody, 'anywhere'],
    [[world], 'anywhere (0.0.0.0/0)'],
    [['0.0.0.0/1', '128.0.0.0/1'], 'anywhere (0.0.0.0/0)'],
    [['::/0'], 'anywhere (::/0)'],
    [['203.0.113.7'], '203.0.113.7/32'],
    [['198.51.100.0/24', '203.0.113.7', '2001:db8::/32'], '198.51.100.0/24, 203.0.113.7/32, 2001:db8::/32'],
    [[...everybody, '@lightsail-connect'], 'anywhere, lightsail-connect (SSH and RDP in the browser)'],
    [[world, '2001:db8::/32'], 'anywhere (0.0.0.0/0), 2001:db8::/32'],
    [['@office'], 'the alias "office"'],
    [['10.0.0.0/33'], '"10.0.0.0/33" (not understood)'],
    [[], 'a source that is not named'],
    [
      ['1.0.0.1', '3.0.0.1', '5.0.0.1', '7.0.0.1', '9.0.0.1', '11.0.0.1'],
      '1.0.0.1/32, 3.0.0.1/32, 5.0.0.1/32, 7.0.0.1/32 and 2 more',
    ],
    [['10.0.0.0/9', '10.128.0.0/10', '10.192.0.0/11', '10.224.0.0/12'], '10.0.0.0/8 except 10.240.0.0/12'],
    [['10.0.0.0/9', '10.128.0.0/10', '10.192.0.0/11', '192.0.2.1'], '10.0.0.0/8 (except 10.224.0.0/11), 192.0.2.1/32'],
    [['0.0.0.0/1', '128.0.0.0/2'], '0.0.0.0/1, 128.0.0.0/2'],
  ])('%j', (sources, from) => {
    expect(say(rule('tcp', 22, 22, ...sources))).toEqual([`tcp 22 (SSH) from ${from}`]);
  });

  const without = (protocol: string, ...excluded: string[]) =>
    sayOpened([rule(protocol, 22, 22, ...excluded)], [rule(protocol, 22, 22, ...everybody)]);

  test('an exception is said where it is shorter than what is left', () => {
    expect(without('tcp', '203.0.113.7')).toEqual(['tcp 22 (SSH) from anywhere except 203.0.113.7/32']);
    expect(without('tcp', '203.0.113.7', '2001:db8::1')).toEqual([
      'tcp 22 (SSH) from anywhere except 203.0.113.7/32, 2001:db8::1/128',
    ]);
    expect(sayOpened([rule('tcp', 22, 22, '203.0.113.7')], [rule('tcp', 22, 22, world)])).toEqual([
      'tcp 22 (SSH) from anywhere (0.0.0.0/0) except 203.0.113.7/32',
    ]);
    expect(without('tcp', '::/0')).toEqual(['tcp 22 (SSH) from anywhere (0.0.0.0/0)']);
  });

  test('exceptions are cut like sources', () => {
    const hosts = [1, 3, 5, 7, 9, 11].map((n) => `203.0.113.${n}`);
    expect(without('tcp', ...hosts)).toEqual([
      'tcp 22 (SSH) from anywhere except 203.0.113.1/32, 203.0.113.3/32, 203.0.113.5/32 and 3 more',
    ]);
    const { opened } = diffFirewalls([rule('tcp', 22, 22, '203.0.113.7')], [rule('tcp', 22, 22, world)]);
    expect(describeReach(opened, { maxSources: 1 }).phrases.map(renderPhrase)).toEqual([
      'tcp 22 (SSH) from anywhere (0.0.0.0/0) with 1 exception',
    ]);
    const two = diffFirewalls(
      [rule('tcp', 22, 22, ...hosts.slice(0, 2))],
      [rule('tcp', 22, 22, world, '2001:db8::1')],
    ).opened;
    expect(describeReach(two, { maxSources: 1 }).phrases.map(renderPhrase)).toEqual([
      'tcp 22 (SSH) from anywhere (0.0.0.0/0) (with 2 exceptions) and 1 more',
    ]);
  });

  test('five thousand sources are listed without a search for the shortest sentence', () => {
    const cidrs = Array.from({ length: 5000 }, (_, i) => `10.${i % 200}.${(i * 7) % 256}.${(2 * i) % 256}/32`);
    const count = reachOf(rule('tcp', 22, 22, ...cidrs))[0]!.sources.length;
    expect(say(rule('tcp', 22, 22, ...cidrs))[0]).toMatch(new RegExp(` and ${count - 4} more$`));
  });
});

describe('lines', () => {
  test('an L is said as two overlapping lines, not as three slabs', () => {
    expect(say(rule('tcp', 22, 22, world), rule('tcp', 0, 65535, '198.51.100.0/24'))).toEqual([
      'all tcp ports from 198.51.100.0/24',
      'tcp 22 (SSH) from anywhere (0.0.0.0/0)',
    ]);
  });

  test('a cross is two lines as well', () => {
    expect(say(rule('tcp', 10, 20, '10.0.0.0/8'), rule('tcp', 14, 16, '10.0.0.0/8', '192.168.0.0/16'))).toEqual([
      'tcp 10-20 from 10.0.0.0/8',
      'tcp 14-16 from 192.168.0.0/16',
    ]);
  });

  test('a staircase is a line a step', () => {
    expect(say(rule('tcp', 1, 10, '10.0.0.1'), rule('tcp', 5, 15, '10.0.0.3'), rule('tcp', 8, 20, '10.0.0.5'))).toEqual(
      ['tcp 1-10 from 10.0.0.1/32', 'tcp 5-15 from 10.0.0.3/32', 'tcp 8-20 from 10.0.0.5/32'],
    );
  });

  test('all protocols for some, one port for the rest', () => {
    expect(say(rule('all', 0, 65535, '203.0.113.0/24'), rule('tcp', 443, 443, ...everybody))).toEqual([
      'all protocols from 203.0.113.0/24',
      'tcp 443 (HTTPS) from anywhere',
    ]);
  });

  test('all protocols but a few ports are not all protocols', () => {
    for (const [from, to, rest] of [
      [0, 9, 'tcp 10-65535'],
      [65530, 65535, 'tcp 0-65529'],
    ] as const) {
      const { opened } = diffFirewalls([rule('tcp', from, to, world)], [rule('all', 0, 65535, world)]);
      const whats = describeReach(opened).phrases.map(({ what }) => what);
      expect(whats).toEqual([rest, 'all udp ports', 'all ICMP', 'all ICMPv6', 'all other IP protocols']);
    }
  });

  test('they stand in the order of protocols and ports, the longer first', () => {
    const said = say(
      rule('gre', 1, 1, world),
      rule('icmp', 8, -1, world),
      rule('udp', 53, 53, world),
      rule('tcp', 80, 80, world),
      rule('tcp', 22, 30, '10.0.0.1'),
      rule('tcp', 22, 22, '10.0.0.5'),
    );
    expect(said.map((phrase) => phrase.split(' from ')[0])).toEqual([
      'tcp 22-30',
      'tcp 22 (SSH)',
      'tcp 80 (HTTP)',
      'udp 53 (DNS)',
      'icmp echo request (ping)',
      'unknown protocol "gre" 1',
    ]);
  });

  test('beyond maxLines they are counted', () => {
    const rules = Array.from({ length: 60 }, (_, i) => rule('tcp', 100 + 2 * i, 100 + 2 * i, world));
    expect(describeReach(reachOf(...rules))).toMatchObject({ more: 10 });
    expect(describeReach(reachOf(...rules)).phrases).toHaveLength(50);
    expect(describeReach(reachOf(...rules), { maxLines: 3 })).toMatchObject({ more: 57 });
    expect(describeReach([])).toEqual({ phrases: [], more: 0 });
  });

  test('thousands of slabs are told one by one', () => {
    const rules = Array.from({ length: 3000 }, (_, i) => rule('tcp', 2 * i, 2 * i, `10.0.${i >> 8}.${i & 255}`));
    expect(describeReach(reachOf(...rules))).toMatchObject({ more: 2950 });
  });
});

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
  ])('%s', (_, before, after, said) => {
    expect(sayOpened(before, after)).toEqual(said);
  });
});

test('what comes from outside is printable', () => {
  const hostile = 'a\u0000b\u001b[31mc\u202ed\u2028e\ud800f\r\n';
  const rules = [rule(hostile, 1, 1, hostile, `@${hostile}`)];
  const [phrase] = describeReach(reachOf(...rules)).phrases;
  const clean = 'a\ufffdb\ufffd[31mc\ufffdd\ufffde\ufffdf\ufffd\ufffd';
  expect(phrase).toEqual({
    what: `unknown protocol "${clean}" 1`,
    from: `the alias "${clean}", "${clean}" (not understood)`,
  });
  const [long] = describeReach(reachOf(rule('tcp', 1, 1, 'x'.repeat(1000)))).phrases;
  expect(long!.from).toBe(`"${'x'.repeat(100)}…" (not understood)`);
});

const rectangles = (reach: readonly Reach[]) => mergeRectangles(reach.map(toRectangle));

const everyProtocol = ['tcp', 'udp', 'icmp', 'icmpv6', 'other'] as const;

function rectanglesOf(lines: readonly ReachLine[]): Reach[] {
  return toReach(
    lines.flatMap(({ protocol, from, to, sources }) =>
      (protocol === 'all' ? everyProtocol : [protocol]).map((one) => ({
        space: one,
        protocol: one,
        from,
        end: to + 1,
        sources,
      })),
    ),
  );
}

test('P2: the lines say exactly what is reachable, no more and no less', () => {
  fc.assert(
    fc.property(pairs, ([a, b]) => {
      const { opened } = diffFirewalls(textOf(a), textOf(b));
      expectSame(canonicaliseReach(rectanglesOf(findFewestLines(rectangles(opened)))), opened);
      const before = reachOf(...textOf(a));
      const over = findLinesOverOpenBefore(rectangles(opened), rectangles(before));
      expectSame(subtractReach(rectanglesOf(over), before), opened);
      const holes = over.flatMap(({ openBefore: all, sources }) =>
        all.filter(({ isPart }) => !isPart).map((hole) => ({ ...hole, sources })),
      );
      expectSame(subtractReach(rectanglesOf(holes), before), []);
      expectSame(intersectReach(rectanglesOf(holes), opened), []);
    }),
    { numRuns: runs / 4 },
  );
});

describe('lines that run over what was open before', () => {
  const linesOver = (opened: PortState[], background: PortState[]) =>
    findLinesOverOpenBefore(rectangles(reachOf(...opened)), rectangles(reachOf(...background))).map(
      ({ protocol, from, to, openBefore }) => ({
        line: `${protocol} ${from}-${to}`,
        before: openBefore.map((hole) => `${hole.from}-${hole.to}`),
      }),
    );

  test('begin and end with something that was opened', () => {
    const opened = [rule('tcp', 10, 20, world), rule('tcp', 30, 40, world)];
    const background = [rule('tcp', 1, 9, world), rule('tcp', 21, 29, world), rule('tcp', 41, 50, world)];
    expect(linesOver(opened, background)).toEqual([{ line: 'tcp 10-40', before: ['21-29'] }]);
  });

  test('are none where nothing was opened', () => {
    expect(linesOver([rule('tcp', 22, 22, world)], [rule('udp', 53, 53, world)])).toEqual([
      { line: 'tcp 22-22', before: [] },
    ]);
  });
});

describe('ICMP between two types, or within one', () => {
  test.each([
    [8 * 256, 9 * 256 + 255, 'icmp types 8-9'],
    [8 * 256, 8 * 256 + 3, 'icmp type 8 codes 0-3'],
    [8 * 256 + 5, 8 * 256 + 255, 'icmp type 8 codes 5-255'],
    [3 * 256 + 5, 3 * 256 + 255, 'icmp type 3 codes 5-255'],
    [3 * 256 + 5, 4 * 256 + 255, 'icmp type 3 code 5 to type 4 code 255'],
  ])('%d to %d is %s', (from, to, what) => {
    const [phrase] = describeReach([{ protocol: 'icmp', from, to, sources: [world] }]).phrases;
    expect(phrase?.what).toBe(what);
  });
});

describe('two lines around what was open before', () => {
  const around = (from: number, to: number) =>
    sayOpened([rule('tcp', 22, 22, world)], [rule('tcp', from, to, world), rule('udp', 53, 53, world)]);

  test('are one where that is a whole axis, whatever else opened', () => {
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
    const said = [...pieces, 'udp 53 (DNS)'].map((what) => `${what} from anywhere (0.0.0.0/0)`);
    expect(around(from, to)).toEqual(said);
  });
});

test('every service that has a name is called by it, on its own protocol only', () => {
  const names = [
    ...['tcp 20 (FTP data)', 'tcp 21 (FTP)', 'tcp 22 (SSH)', 'tcp 23 (Telnet)', 'tcp 25 (SMTP)', 'tcp 53 (DNS)'],
    ...['udp 53 (DNS)', 'tcp 80 (HTTP)', 'tcp 110 (POP3)', 'udp 123 (NTP)', 'tcp 135 (Windows RPC)', 'tcp 143 (IMAP)'],
    ...['udp 161 (SNMP)', 'tcp 443 (HTTPS)', 'udp 443 (HTTP/3)', 'tcp 445 (SMB)', 'tcp 465 (SMTPS)'],
    ...[
      'tcp 587 (mail submission)',
      'tcp 993 (IMAPS)',
      'tcp 995 (POP3S)',
      'udp 1194 (OpenVPN)',
      'tcp 1433 (SQL Server)',
    ],
    ...['tcp 1434 (SQL Server browser)', 'udp 1434 (SQL Server browser)', 'tcp 2375 (Docker)', 'tcp 2376 (Docker TLS)'],
    ...['tcp 3306 (MySQL)', 'tcp 3389 (RDP)', 'udp 3389 (RDP)', 'tcp 5432 (PostgreSQL)', 'tcp 5601 (Kibana)'],
    ...['tcp 5900 (VNC)', 'tcp 5985 (WinRM)', 'tcp 5986 (WinRM TLS)', 'tcp 6379 (Redis)', 'tcp 9200 (Elasticsearch)'],
    ...['tcp 9300 (Elasticsearch nodes)', 'tcp 11211 (Memcached)', 'udp 11211 (Memcached)', 'tcp 27017 (MongoDB)'],
    'udp 51820 (WireGuard)',
  ];
  const named = (['tcp', 'udp'] as const).flatMap((protocol) =>
    Array.from({ length: 65536 }, (_, port) => describePorts(protocol, port, port)).filter((what) =>
      what.includes('('),
    ),
  );
  expect(named.toSorted()).toEqual(names.toSorted());
});

describe('what was open before', () => {
  const around = (...ports: number[]) =>
    sayOpened(
      ports.map((port) => rule('tcp', port, port, world)),
      [rule('tcp', 0, 65535, world)],
    );

  test('is named up to four times', () => {
    const anywhere = 'all tcp ports from anywhere (0.0.0.0/0)';
    expect(around(22, 25, 80, 443)).toEqual([`${anywhere} (tcp 22, tcp 25, tcp 80 and tcp 443 were open before)`]);
    expect(around(22, 25, 80, 443, 8080)).toEqual([
      `${anywhere} (tcp 22, tcp 25, tcp 80, tcp 443 and 1 more were open before)`,
    ]);
  });

  test('keeps the name that came from outside as it is', () => {
    expect(sayOpened([rule('x (y) z', 80, 80, world)], [rule('x (y) z', 0, 65535, world)])).toEqual([
      'unknown protocol "x (y) z" from anywhere (0.0.0.0/0) (unknown protocol "x (y) z" 80 was open before)',
    ]);
  });
});

test('an exception that is named takes the room of a source', () => {
  const most = ['12.0.0.0/9', '12.128.0.0/10', '12.192.0.0/11', '12.224.0.0/12', '12.240.0.0/13', '12.248.0.0/14'];
  const hosts = ['13.0.0.1', '14.0.0.1', '15.0.0.1', '16.0.0.1'];
  expect(say(rule('tcp', 9999, 9999, ...most, '12.252.0.0/15', '12.254.0.0/16', ...hosts))).toEqual([
    'tcp 9999 from 12.0.0.0/8 (except 12.255.0.0/16), 13.0.0.1/32, 14.0.0.1/32 and 2 more',
  ]);
});
