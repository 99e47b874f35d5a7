import { describe, expect, test } from '@jest/globals';
import { codes, full, open, read } from './read-rule.ts';

const everything = ['tcp', 'udp', 'icmp', 'icmpv6', 'other'].map((protocol) => full(protocol));

describe('protocols', () => {
  test.each(['all', 'ALL', 'All', '-1', -1])('%j is every port of all protocols', (protocol) => {
    expect(read(open(protocol, 0, 65535))).toEqual({ reach: everything, dormant: [], notes: [] });
  });

  test.each([
    ['TCP', 'tcp'],
    ['Udp', 'udp'],
  ])('%s is %s: letter case does not matter', (protocol, meant) => {
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
  ])('P7: the protocol %j is kept as a protocol of its own, on the ports of the rule', (protocol, meant) => {
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
  ])('P7: an unknown protocol with the ports %j to %j is read as every port', (from, to) => {
    expect(read(open('gre', from, to)).reach).toEqual([full('unknown:gre')]);
  });
});

describe('ports of all', () => {
  test.each([
    [0, 65535],
    [-1, -1],
    [undefined, undefined],
    [null, null],
  ])('%j to %j is every port, without a note', (from, to) => {
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
  ])('%j to %j is every port too, with a note', (from, to) => {
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
  ])('%j to %j is read unchanged; 0 is a port like any other', (from, to) => {
    const reach = [{ protocol: 'tcp', from, to, sources: ['0.0.0.0/0'] }];
    expect(read(open('tcp', from, to))).toEqual({ reach, dormant: [], notes: [] });
  });

  test('-0, which JSON can contain, is read as 0', () => {
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
  ])('%j to %j is read as every port, with a note', (from, to) => {
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
  ])('type %j, code %j is %j to %j', (type, code, from, to) => {
    for (const protocol of ['icmp', 'icmpv6']) {
      const reach = [{ protocol, from, to, sources: ['0.0.0.0/0'] }];
      expect(read(open(protocol, type, code))).toEqual({ reach, dormant: [], notes: [] });
    }
  });

  test.each([0, 1, 255])('any type with the code %j is read as all ICMP, with a note', (code) => {
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
  ])('type %j, code %j is read as every type, with a note', (type, code) => {
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
