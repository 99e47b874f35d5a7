/** Every row of the table "How answers are read" (docs/exposure.md). */

import { describe, expect, test } from '@jest/globals';
import { diffFirewalls, type Exposure, exposureOf, type PortState } from '../../../lambda/firewall/index.ts';

/** What one rule, as it came, is read as. */
function read(rule: unknown): Exposure {
  return exposureOf({ rules: [rule as PortState] });
}

const anyone = { cidrs: ['0.0.0.0/0'] };
const open = (protocol: unknown, fromPort?: unknown, toPort?: unknown) => ({ protocol, fromPort, toPort, ...anyone });
const full = (protocol: string, sources = ['0.0.0.0/0']) => ({ protocol, from: 0, to: 65535, sources });
const everything = ['tcp', 'udp', 'icmp', 'icmpv6', 'other'].map((protocol) => full(protocol));
const codes = ({ notes }: Exposure) => notes.map(({ code }) => code);

describe('protocols', () => {
  test.each(['all', 'ALL', 'All', '-1', -1])('%j is everything, on all five axes', (protocol) => {
    expect(read(open(protocol, 0, 65535))).toEqual({ reach: everything, dormant: [], notes: [] });
  });

  test.each([
    ['TCP', 'tcp'],
    ['Udp', 'udp'],
  ])('%s is %s: letter case means nothing', (protocol, meant) => {
    const reach = [{ protocol: meant, from: 22, to: 23, sources: ['0.0.0.0/0'] }];
    expect(read(open(protocol, 22, 23))).toEqual({ reach, dormant: [], notes: [] });
  });

  test.each(['icmpv6', 'ICMPv6', 'icmp6', 'ICMP6'])('%s is icmpv6', (protocol) => {
    const reach = [{ protocol: 'icmpv6', from: 32768, to: 32768, sources: ['0.0.0.0/0'] }];
    expect(read(open(protocol, 128, 0))).toEqual({ reach, dormant: [], notes: [] });
  });

  test.each([
    ['sctp', 'unknown:sctp'],
    ['SCTP', 'unknown:SCTP'],
    [' tcp', 'unknown: tcp'],
    ['tcp\u0000', 'unknown:tcp\u0000'],
    ['constructor', 'unknown:constructor'],
    ['__proto__', 'unknown:__proto__'],
    ['', 'unknown:'],
    [undefined, 'unknown:'],
    [null, 'unknown:'],
    [6, 'unknown:6'],
    [['tcp'], 'unknown:["tcp"]'],
    [{ b: 1, a: [] }, 'unknown:{"a":[],"b":1}'],
  ])('P7: the protocol %j is kept as one of its own, over the ports it gives', (protocol, meant) => {
    const exposure = read(open(protocol, 20, 30));
    expect(exposure.reach).toEqual([{ protocol: meant, from: 20, to: 30, sources: ['0.0.0.0/0'] }]);
    expect(codes(exposure)).toEqual(['unknown-protocol']);
  });

  test.each([
    [undefined, undefined],
    [-1, -1],
    [30, 20],
    [0, 65536],
    ['20', 30],
  ])('P7: an unknown protocol with the ports %j to %j is kept over its whole axis', (from, to) => {
    expect(read(open('gre', from, to)).reach).toEqual([full('unknown:gre')]);
  });
});

describe('ports of all', () => {
  test.each([
    [0, 65535],
    [-1, -1],
    [undefined, undefined],
    [null, null],
  ])('%j to %j is everything, nothing odd about it', (from, to) => {
    expect(read(open('all', from, to))).toEqual({ reach: everything, dormant: [], notes: [] });
  });

  test.each([
    [22, 22],
    [0, 0],
    [0, 65534],
    [-1, 65535],
    [0, -1],
    [0, undefined],
    [undefined, 65535],
    ['0', '65535'],
  ])('%j to %j is everything all the same, with a note', (from, to) => {
    const exposure = read(open('-1', from, to));
    expect(exposure.reach).toEqual(everything);
    expect(exposure.notes).toHaveLength(1);
    expect(exposure.notes[0]!.code).toBe('ports-of-all');
    expect(exposure.notes[0]!.text).toMatch(
      /^Rule -1 .*: protocol "all" with other ports than 0-65535; read as everything\.$/,
    );
  });
});

describe('tcp and udp ports', () => {
  test.each([
    [0, 0],
    [0, 65535],
    [65535, 65535],
    [22, 22],
    [1, 2],
  ])('%j to %j is what it says; 0 is a port like any other', (from, to) => {
    const reach = [{ protocol: 'tcp', from, to, sources: ['0.0.0.0/0'] }];
    expect(read(open('tcp', from, to))).toEqual({ reach, dormant: [], notes: [] });
  });

  test('a minus zero, which JSON can hold, is a plain 0', () => {
    const [reach] = read(open('tcp', JSON.parse('-0'), JSON.parse('-0'))).reach;
    expect(Object.is(reach!.from, 0)).toBe(true);
    expect(Object.is(reach!.to, 0)).toBe(true);
  });

  test.each([
    [undefined, undefined],
    [null, null],
    [22, undefined],
    [undefined, 22],
    [-1, -1],
    [0, 65536],
    [-1, 22],
    [65536, 65536],
    [23, 22],
    [22.5, 23],
    [22, 22.5],
    ['22', '22'],
    [[22], 22],
    [true, 22],
    [Number.NaN, 22],
    [0, Number.POSITIVE_INFINITY],
  ])('%j to %j is the whole axis, with a note', (from, to) => {
    for (const protocol of ['tcp', 'udp']) {
      const exposure = read(open(protocol, from, to));
      expect(exposure.reach).toEqual([full(protocol)]);
      expect(codes(exposure)).toEqual(['ports-not-understood']);
    }
  });
});

describe('icmp', () => {
  test.each([
    [8, -1, 2048, 2303],
    [3, 1, 769, 769],
    [0, 0, 0, 0],
    [0, -1, 0, 255],
    [255, 255, 65535, 65535],
    [255, -1, 65280, 65535],
    [-1, -1, 0, 65535],
  ])('type %j, code %j is %j to %j on the axis of types and codes', (type, code, from, to) => {
    for (const protocol of ['icmp', 'icmpv6']) {
      const reach = [{ protocol, from, to, sources: ['0.0.0.0/0'] }];
      expect(read(open(protocol, type, code))).toEqual({ reach, dormant: [], notes: [] });
    }
  });

  test.each([0, 1, 255])('any type with the code %j is everything, with a note', (code) => {
    const exposure = read(open('icmp', -1, code));
    expect(exposure.reach).toEqual([full('icmp')]);
    expect(codes(exposure)).toEqual(['icmp-any-type-with-code']);
  });

  test.each([
    [undefined, undefined],
    [8, undefined],
    [undefined, 0],
    [0, 65535],
    [256, 0],
    [8, 256],
    [-2, -1],
    [8, -2],
    ['8', '-1'],
    [8.5, 0],
  ])('type %j, code %j is the whole axis, with a note', (type, code) => {
    const exposure = read(open('icmpv6', type, code));
    expect(exposure.reach).toEqual([full('icmpv6')]);
    expect(codes(exposure)).toEqual(['ports-not-understood']);
  });

  test('type 22 is not SSH', () => {
    expect(read(open('icmp', 22, 22)).reach).toEqual([
      { protocol: 'icmp', from: 5654, to: 5654, sources: ['0.0.0.0/0'] },
    ]);
  });
});

describe('sources', () => {
  const from = (lists: object) => read({ protocol: 'tcp', fromPort: 22, toPort: 22, state: 'open', ...lists });
  const sources = (lists: object) => from(lists).reach.flatMap((reach) => reach.sources);

  test.each([undefined, null, []])('a list that is %j holds nothing of its family', (nothing) => {
    expect(sources({ cidrs: ['10.0.0.0/8'], ipv6Cidrs: nothing, cidrListAliases: nothing })).toEqual(['10.0.0.0/8']);
    expect(sources({ cidrs: nothing, ipv6Cidrs: ['fc00::/7'], cidrListAliases: nothing })).toEqual(['fc00::/7']);
    expect(from({ cidrs: ['10.0.0.0/8'], ipv6Cidrs: nothing }).notes).toEqual([]);
  });

  test.each([
    [{}],
    [{ cidrs: [], ipv6Cidrs: [], cidrListAliases: [] }],
    [{ cidrs: null, ipv6Cidrs: undefined, cidrListAliases: [] }],
  ])('P7: no source at all (%j) is never "nobody": it is unspecified, with a note', (lists) => {
    const exposure = from(lists);
    expect(exposure.reach).toEqual([{ protocol: 'tcp', from: 22, to: 22, sources: ['unspecified'] }]);
    expect(exposure.notes).toEqual([
      { code: 'unspecified-source', text: 'Rule tcp 22: it names no source at all; rated as open to the world.' },
    ]);
  });

  test.each([
    ['192.0.2.44', '192.0.2.44/32'],
    ['192.0.2.44/32', '192.0.2.44/32'],
    ['255.255.255.255', '255.255.255.255/32'],
    ['0.0.0.0', '0.0.0.0/32'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['128.0.0.0/1', '128.0.0.0/1'],
    ['2001:db8::1', '2001:db8::1/128'],
    ['2001:0DB8:0000:0000:0000:0000:0000:0001/128', '2001:db8::1/128'],
    ['2001:DB8::/32', '2001:db8::/32'],
    ['::', '::/128'],
    ['::/0', '::/0'],
    ['0:0:0:0:0:0:0:0/0', '::/0'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0/128'],
    ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8/128'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3/128'],
    ['1:0:0:2:3:0:0:4', '1::2:3:0:0:4/128'],
    ['1:0:2:0:3:0:4:0', '1:0:2:0:3:0:4:0/128'],
    ['::ffff:0:0/96', '::ffff:0:0/96'],
    ['::ffff:192.0.2.1', '::ffff:c000:201/128'],
    ['64:ff9b::192.0.2.33/128', '64:ff9b::c000:221/128'],
    ['1:2:3:4:5:6:192.0.2.33', '1:2:3:4:5:6:c000:221/128'],
    ['fe80::1', 'fe80::1/128'],
  ])('%s is %s, nothing odd about it', (text, meant) => {
    const list = text.includes(':') ? 'ipv6Cidrs' : 'cidrs';
    const exposure = from({ [list]: [text] });
    expect(exposure.reach[0]!.sources).toEqual([meant]);
    expect(exposure.notes).toEqual([]);
  });

  test.each([
    ['cidrs', '10.1.2.3/8', '10.0.0.0/8'],
    ['cidrs', '192.0.2.1/31', '192.0.2.0/31'],
    ['cidrs', '255.255.255.255/0', '0.0.0.0/0'],
    ['ipv6Cidrs', '2001:db8::1/32', '2001:db8::/32'],
    ['ipv6Cidrs', '::1/0', '::/0'],
  ])('in %s, %s names a host: read as the network %s, with a note', (list, text, meant) => {
    const exposure = from({ [list]: [text] });
    expect(exposure.reach[0]!.sources).toEqual([meant]);
    expect(exposure.notes).toEqual([
      {
        code: 'host-bits',
        text: `Rule tcp 22: the source "${text}" names a host inside its network; read as the network.`,
      },
    ]);
  });

  test('a network in the list of the other family is read as what it is, with a note', () => {
    const exposure = from({ cidrs: ['2001:db8::/32'], ipv6Cidrs: ['10.0.0.0/8'] });
    expect(exposure.reach[0]!.sources).toEqual(['10.0.0.0/8', '2001:db8::/32']);
    expect(codes(exposure)).toEqual(['other-family', 'other-family']);
  });

  test.each([
    ...[
      '10.0.0.0/33',
      '10.0.0.0/-1',
      '10.0.0.0/',
      '10.0.0.0/08',
      '10.0.0.0/8/8',
      '10.0.0.0/8 ',
      ' 10.0.0.0/8',
      '10.0.0.0/ 8',
    ],
    ...[
      '10.0.0.0\n',
      '010.0.0.0/8',
      '10.0.0.00',
      '0x0a.0.0.0/8',
      '10/8',
      'a.0.0.0',
      '1a.0.0.0',
      '10.0.0/24',
      '10.0.0.0.0',
      '10..0.0',
      '.10.0.0',
      '10.0.0.',
    ],
    ...[
      '256.0.0.0',
      '1.2.3.4444',
      '10.0.0.0/255.0.0.0',
      '192.0.2.0-192.0.2.255',
      '１０.0.0.0',
      '+1.2.3.4',
      '1e1.0.0.0',
      '*',
      '0.0.0.0/0x0',
    ],
    ...[
      '::/129',
      '::/-0',
      '::/00',
      ':::',
      '1::2::3',
      ':1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:',
      '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:8:9',
      ':',
    ],
    ...[
      '1:2:3:4:5:6:7::8',
      '::1:2:3:4:5:6:7:8',
      '12345::',
      '1:2:3:4:5:6:7::8::9',
      'g::',
      'fe80::1%eth0',
      'fe80::1%eth0/64',
      '[::1]',
      '::1.2.3',
      '::256.0.0.1',
    ],
    ...[
      '1.2.3.4::',
      '::1.2.3.4:5',
      '1:2:3:4:5:6:7:1.2.3.4',
      '::01.2.3.4',
      '',
      '/',
      '/0',
      'anywhere',
      'sg-0123',
      '​0.0.0.0/0',
    ],
  ])('P7: %j is not guessed at but kept by its text, with a note', (text) => {
    const exposure = from({ cidrs: [text] });
    expect(exposure.reach).toEqual([{ protocol: 'tcp', from: 22, to: 22, sources: [`unparsed:${text}`] }]);
    expect(codes(exposure)).toEqual(['source-not-understood']);
    expect(from({ ipv6Cidrs: [text] }).reach).toEqual(exposure.reach);
  });

  test('P7: what is not understood leaves the rest of its rule analysed', () => {
    const lists = { cidrs: ['10.0.0.0/33', '10.0.0.0/9', '10.128.0.0/9'], cidrListAliases: ['lightsail-connect'] };
    expect(sources(lists)).toEqual(['10.0.0.0/8', 'alias:lightsail-connect', 'unparsed:10.0.0.0/33']);
  });

  test.each([
    [{ cidrs: '0.0.0.0/0' }, 'unparsed:"0.0.0.0/0"'],
    [{ cidrs: 5 }, 'unparsed:5'],
    [{ cidrs: false }, 'unparsed:false'],
    [{ cidrs: '' }, 'unparsed:""'],
    [{ ipv6Cidrs: { 0: '::/0', length: 1 } }, 'unparsed:{"0":"::/0","length":1}'],
    [{ cidrs: [null] }, 'unparsed:null'],
    [{ cidrs: [['0.0.0.0/0']] }, 'unparsed:["0.0.0.0/0"]'],
    [{ cidrListAliases: [7] }, 'unparsed:7'],
    [{ cidrListAliases: 'lightsail-connect' }, 'unparsed:"lightsail-connect"'],
  ])('P7: %j, of the wrong type, is kept as the source %s', (lists, meant) => {
    expect(sources(lists)).toEqual([meant]);
    expect(codes(from(lists))).toEqual(['source-not-understood']);
  });

  test('lightsail-connect is a source of its own, and no part of the world', () => {
    const exposure = from({ cidrs: ['0.0.0.0/0'], cidrListAliases: ['lightsail-connect'] });
    expect(exposure.reach[0]!.sources).toEqual(['0.0.0.0/0', 'alias:lightsail-connect']);
    expect(exposure.notes).toEqual([]);
  });

  test.each(['office', '', '0.0.0.0/0', 'Lightsail-Connect', '\u202egnp'])(
    'P7: the alias %j is kept, with a note',
    (alias) => {
      const exposure = from({ cidrListAliases: [alias] });
      expect(exposure.reach[0]!.sources).toEqual([`alias:${alias}`]);
      expect(codes(exposure)).toEqual(['unknown-alias']);
    },
  );
});

describe('state', () => {
  test.each(['open', undefined, null])('%j is open', (state) => {
    expect(read({ ...open('tcp', 22, 22), state }).notes).toEqual([]);
    expect(read({ ...open('tcp', 22, 22), state }).reach).toHaveLength(1);
  });

  test('closed lets nothing through, with a note', () => {
    expect(read({ ...open('tcp', 22, 22), state: 'closed' })).toEqual({
      reach: [],
      dormant: [],
      notes: [{ code: 'state-closed', text: 'Rule tcp 22: its state is "closed"; it lets nothing through.' }],
    });
  });

  test.each(['OPEN', 'Closed', 'filtered', '', 0, false, ['closed']])(
    'P7: %j is read as open, with a note',
    (state) => {
      const exposure = read({ ...open('tcp', 22, 22), state });
      expect(exposure.reach).toEqual([{ protocol: 'tcp', from: 22, to: 22, sources: ['0.0.0.0/0'] }]);
      expect(codes(exposure)).toEqual(['state-unknown']);
    },
  );
});

describe('what is no rule', () => {
  test.each([null, 5, 'tcp', true, [], [[1]], undefined])(
    'P7: %j in place of a rule is a rule that nobody understands',
    (value) => {
      const exposure = read(value);
      const text = value === undefined ? 'undefined' : JSON.stringify(value);
      expect(exposure.reach).toEqual([full(`unknown:${text}`, ['unspecified'])]);
      expect(codes(exposure)).toEqual(['not-a-rule']);
    },
  );

  test('P7: an empty object is an unknown protocol on every port from an unspecified source', () => {
    const exposure = read({});
    expect(exposure.reach).toEqual([full('unknown:', ['unspecified'])]);
    expect(codes(exposure)).toEqual(['unknown-protocol', 'unspecified-source']);
  });

  test.each([null, 'rules', 7, { 0: {} }])('P4: %j in place of the list is not "no rules"', (rules) => {
    const exposure = exposureOf({ rules: rules as unknown as PortState[] });
    expect(exposure.reach).toHaveLength(1);
    expect(exposure.notes).not.toEqual([]);
  });

  test('no rules at all is legal: all closed', () => {
    expect(exposureOf({ rules: [] })).toEqual({ reach: [], dormant: [], notes: [] });
  });
});

test('a note names its rule, and quotes long texts only in part', () => {
  const [note] = read({ ...open('tcp', 1, 2), cidrs: ['x'.repeat(1000)] }).notes;
  expect(note!.text).toBe(
    `Rule tcp 1 to 2: the source "${'x'.repeat(100)}…" is not a network; kept as it is and rated as open to the world.`,
  );
});

test('a note is told once, however many rules it is about, in an order of its own', () => {
  const rules = [open('b', 1, 1), open('a', 1, 1), open('b', 1, 1)] as PortState[];
  const { notes } = exposureOf({ rules });
  expect(notes.map(({ text }) => text.slice(0, 8))).toEqual(['Rule a 1', 'Rule b 1']);
  expect(exposureOf({ rules: rules.toReversed() }).notes).toEqual(notes);
});

test.each([
  [open('all', 22, 22), 'Rule all 22: protocol "all" with other ports than 0-65535; read as everything.'],
  [open('icmp', -1, 5), 'Rule icmp -1 to 5: any ICMP type (-1) with a code of its own; read as all ICMP.'],
  [open('tcp', 5, 2), 'Rule tcp 5 to 2: its ports are missing, out of range or out of order; read as every port.'],
  [open('tcp'), 'Rule tcp none: its ports are missing, out of range or out of order; read as every port.'],
  [
    open('gre', 0, 0),
    'Rule gre 0: a protocol that is not known; kept as one of its own and rated as open to the world.',
  ],
  [open(7, 0, 0), 'Rule 7 0: a protocol that is not known; kept as one of its own and rated as open to the world.'],
  [
    { ...open('tcp', 1, 1), cidrs: ['::/0'] },
    'Rule tcp 1: the source "::/0" stands in the list of the other address family; read as what it is.',
  ],
  [
    { ...open('tcp', 1, 1), cidrListAliases: ['office'] },
    'Rule tcp 1: the source "office" is an alias that is not known; kept as it is and rated as open to the world.',
  ],
  [{ ...open('tcp', 1, 1), state: 'shut' }, 'Rule tcp 1: its state is "shut"; read as open.'],
  [
    { ...open('tcp', 1, 1), action: 'deny' },
    'Rule tcp 1: not fully understood, it has a field "action" that is not known; compared by its text and rated as open to the world.',
  ],
  [[1], '[1] stands where a rule should be; kept as a rule of its own and rated as open to the world.'],
])('%j: %s', (rule, text) => {
  expect(read(rule).notes.map((note) => note.text)).toEqual([text]);
});

test('a note quotes up to a hundred characters of what came from outside', () => {
  const noteOf = (alias: string) => {
    const rules = [{ protocol: 'tcp', fromPort: 22, toPort: 22, cidrListAliases: [alias] }];
    return diffFirewalls([], rules).notes[0]?.text;
  };
  expect(noteOf('x'.repeat(100))).toContain(`"${'x'.repeat(100)}"`);
  expect(noteOf('x'.repeat(101))).toContain(`"${'x'.repeat(100)}…"`);
});
