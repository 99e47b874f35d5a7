import { describe, expect, test } from '@jest/globals';
import { findOpenSpans } from '../../../cli/questions/certainty-of-open-ports.ts';
import { filterReach, type PortQuery } from '../../../cli/questions/port-query.ts';
import type { Reach } from '../../../lambda/firewall/index.ts';
import { asPortStates, type PortState } from '../../../lambda/firewall/rules/port-state.ts';
import { at, entriesOf, exposure, factsOf, failure, open, sliceOf, web1 } from './build-history.ts';

const door = (port: number, source: string | null = null): PortQuery => ({
  protocol: 'tcp',
  from: port,
  to: port,
  source,
});
const reachOf = (rule: PortState) => exposure([rule]).reach;

describe('the part of a reach that a port query selects', () => {
  test('has only the ports of the query, and only the part of each source that is inside the source of the query', () => {
    const reach = reachOf({ protocol: 'tcp', fromPort: 3000, toPort: 4000, cidrs: ['10.0.0.0/8', '203.0.113.0/24'] });
    expect(filterReach(reach, door(3306))).toEqual([
      { protocol: 'tcp', from: 3306, to: 3306, sources: ['10.0.0.0/8', '203.0.113.0/24'] },
    ]);
    expect(filterReach(reach, { protocol: 'tcp', from: 22, to: 3306, source: '203.0.112.0/23' })).toEqual([
      { protocol: 'tcp', from: 3000, to: 3306, sources: ['203.0.113.0/24'] },
    ]);
    expect(filterReach(reach, door(3306, '10.1.2.3'))).toMatchObject([{ sources: ['10.1.2.3/32'] }]);
    expect(filterReach(reach, door(3306, '11.1.2.3'))).toEqual([]);
    expect(filterReach(reach, door(22))).toEqual([]);
    expect(filterReach(reach, { ...door(3306), protocol: 'udp' })).toEqual([]);
  });

  test('IPv6 sources contain an IPv6 address, and no IPv4 address', () => {
    const reach = reachOf({ protocol: 'tcp', fromPort: 22, toPort: 22, ipv6Cidrs: ['2001:db8::/32'] });
    expect(filterReach(reach, door(22, '2001:db8::1'))).toMatchObject([{ sources: ['2001:db8::1/128'] }]);
    expect(filterReach(reach, door(22, '203.0.113.7'))).toEqual([]);
  });

  test('a source that can be any address stays, with its own name', () => {
    const odd: PortState[] = [
      { protocol: 'tcp', fromPort: 22, toPort: 22, cidrListAliases: ['lightsail-connect'] },
      { protocol: 'tcp', fromPort: 22, toPort: 22, cidrs: ['10.0.0.0/33', '10.0.0.0/8'] },
      { protocol: 'tcp', fromPort: 23, toPort: 23 },
    ];
    const { reach } = exposure(odd);
    expect(filterReach(reach, door(22, '203.0.113.7'))).toMatchObject([
      { sources: ['alias:lightsail-connect', 'unparsed:10.0.0.0/33'] },
    ]);
    expect(filterReach(reach, door(23, '203.0.113.7'))).toMatchObject([{ sources: ['unspecified'] }]);
  });

  test('a protocol that is not known may be anything', () => {
    const reach = reachOf({ protocol: 'quic', fromPort: 443, toPort: 443, cidrs: ['0.0.0.0/0'] });
    expect(filterReach(reach, door(443))).toMatchObject([{ protocol: 'unknown:quic' }]);
    const narrow = reachOf({ protocol: 'quic', fromPort: 443, toPort: 443, cidrs: ['10.0.0.0/8'] });
    expect(filterReach(narrow, door(443, '8.8.8.8'))).toEqual(narrow);
    expect(filterReach(reach, door(22))).toEqual([]);
  });

  test('a port of any protocol selects no ICMP, whose numbers are types; the query for all ports of any protocol selects all', () => {
    const reach = reachOf({ protocol: 'all', fromPort: 0, toPort: 65535, cidrs: ['0.0.0.0/0'] });
    const protocols = (through: Reach[]) => through.map(({ protocol }) => protocol);
    expect(protocols(filterReach(reach, { ...door(2048), protocol: null }))).toEqual(['tcp', 'udp']);
    expect(protocols(filterReach(reach, { protocol: null, from: 22, to: 65535, source: null }))).toEqual([
      'tcp',
      'udp',
    ]);
    const everything = { protocol: null, from: 0, to: 65535, source: null };
    expect(protocols(filterReach(reach, everything))).toEqual(['tcp', 'udp', 'icmp', 'icmpv6', 'other']);
    expect(filterReach(reach, { ...door(2048), protocol: 'icmp' })).toMatchObject([{ from: 2048, to: 2048 }]);
  });

  test('a source that is not a network is an error, and not an empty answer', () => {
    const { reach } = exposure(open('22'));
    expect(() => filterReach(reach, door(22, '10.0.0.0/33'))).toThrow(
      'The source of a port query must be an address or a CIDR; got "10.0.0.0/33"',
    );
  });
});

describe('the spans in which a port was open', () => {
  const baseline = ['10:00:01', null, { kind: 'baseline', rules: open('22') }] as const;
  const span = { from: at('10:02'), until: at('11:00') };
  const outline = (steps: Parameters<typeof entriesOf>[1][], asked: PortQuery) =>
    findOpenSpans(sliceOf(entriesOf(web1, ...steps)), span, asked).map(
      ({ from, until, certainty }) => `${from.slice(11, 19)} ${until.slice(11, 19)} ${certainty}`,
    );

  test('a port was certainly open until the window of the change that closed it, and possibly open within the window', () => {
    const steps = [[...baseline], ['10:10:01', '10:05', { kind: 'changed', rules: open('443') }]] as const;
    expect(outline([[...steps[0]], [...steps[1]]], door(22))).toEqual([
      '10:02:00 10:05:00 open',
      '10:05:00 10:10:01 either',
    ]);
    expect(outline([[...steps[0]], [...steps[1]]], door(443))).toEqual([
      '10:05:00 10:10:01 either',
      '10:10:01 11:00:00 open',
    ]);
    expect(outline([[...steps[0]], [...steps[1]]], door(80))).toEqual([]);
  });

  test('a change of other ports does not divide a span', () => {
    expect(
      outline([[...baseline], ['10:10:01', '10:05', { kind: 'changed', rules: open('22', '443') }]], door(22)),
    ).toEqual(['10:02:00 11:00:00 open']);
  });

  test('in a gap, a port that was open before is "last-known", and a port that was closed before is unknown', () => {
    const gap = ['10:10:01', '10:00', { kind: 'gap', failure: failure('throttled', '10:05') }] as const;
    const over = ['10:20:01', '10:00', { kind: 'gap-over' }] as const;
    expect(outline([[...baseline], [...gap], [...over]], door(22))).toEqual([
      '10:02:00 10:05:00 open',
      '10:05:00 10:20:01 last-known',
      '10:20:01 11:00:00 open',
    ]);
    expect(outline([[...baseline], [...gap], [...over]], door(443))).toEqual(['10:05:00 10:20:01 unknown']);
  });

  test('a port that was found open after a gap was possibly open within the gap', () => {
    const gap = ['10:10:01', '10:02', { kind: 'gap', failure: failure('throttled', '10:05') }] as const;
    const found = ['10:20:01', '10:02', { kind: 'changed', rules: open('443') }] as const;
    expect(outline([[...baseline], [...gap], [...found]], door(443))).toEqual([
      '10:02:00 10:20:01 either',
      '10:20:01 11:00:00 open',
    ]);
  });

  test('if the sources change, the sources that both firewalls let in are certain within the window', () => {
    const wide = open('22 from 203.0.112.0/23');
    const narrow = open('22 from 203.0.113.0/24');
    const steps: Parameters<typeof entriesOf>[1][] = [
      ['10:00:01', null, { kind: 'baseline', rules: wide }],
      ['10:10:01', '10:05', { kind: 'changed', rules: narrow }],
    ];
    const spans = findOpenSpans(sliceOf(entriesOf(web1, ...steps)), span, door(22));
    expect(spans.map(({ reach, maybe }) => [reach, maybe].map(([one]) => one?.sources))).toEqual([
      [['203.0.112.0/23'], undefined],
      [['203.0.113.0/24'], ['203.0.112.0/24']],
      [['203.0.113.0/24'], undefined],
    ]);
    expect(spans.every(({ certainty }) => certainty === 'open')).toBe(true);
    expect(outline(steps, door(22, '203.0.112.7'))).toEqual(['10:02:00 10:05:00 open', '10:05:00 10:10:01 either']);
    expect(outline(steps, door(22, '203.0.113.7'))).toEqual(['10:02:00 11:00:00 open']);
  });

  test('another instance of the same name has spans of its own', () => {
    const replaced = { kind: 'appeared', rules: open('22'), instance: factsOf('arn:2') } as const;
    expect(outline([[...baseline], ['10:10:01', '10:05', replaced]], door(22))).toEqual([
      '10:02:00 10:10:01 open',
      '10:10:01 11:00:00 open',
    ]);
  });

  test('a span names the entries that it comes from', () => {
    const steps = [[...baseline], ['10:10:01', '10:05', { kind: 'changed', rules: open('22', '443') }]] as const;
    const slice = sliceOf(entriesOf(web1, [...steps[0]], [...steps[1]]));
    expect(findOpenSpans(slice, span, door(22)).map(({ entries }) => entries.map(({ version }) => version))).toEqual([
      [1, 2],
    ]);
  });

  test('a port that a transient change opened was open for its duration; a port that it closed was only possibly open', () => {
    const transient = (said: { opened?: Reach[]; closed?: Reach[] }) =>
      ['10:40:01', null, { kind: 'flapped', changedAfter: at('10:06'), changedBefore: at('10:07'), ...said }] as const;
    const opened = transient({ opened: exposure(open('3306')).reach });
    expect(outline([[...baseline], [...opened]], door(3306))).toEqual(['10:06:00 10:07:00 open']);
    expect(outline([[...baseline], [...opened]], door(22))).toEqual(['10:02:00 11:00:00 open']);
    const closed = transient({ closed: exposure(open('22')).reach });
    expect(outline([[...baseline], [...closed]], door(22))).toEqual([
      '10:02:00 10:06:00 open',
      '10:06:00 10:07:00 either',
      '10:07:00 11:00:00 open',
    ]);
    expect(outline([[...baseline], [...transient({})]], door(3306))).toEqual(['10:06:00 10:07:00 unknown']);
  });

  test('P7: a dormant rule with an unknown field lets in no address, and a live one can let in every address', () => {
    const rule = { protocol: 'tcp', fromPort: 22, toPort: 22, ipv6Cidrs: ['2001:db8::/32'], validFrom: '2026-12-01' };
    const first = (ipAddressType: string) =>
      [
        '10:00:01',
        null,
        { kind: 'baseline', rules: asPortStates([rule]), instance: { ...factsOf(), ipAddressType } },
      ] as const;
    expect(outline([[...first('ipv4')]], door(22, '8.8.8.8'))).toEqual([]);
    expect(outline([[...first('dualstack')]], door(22, '8.8.8.8'))).toEqual(['10:02:00 11:00:00 open']);
  });

  test('before the first read of an instance, a port is unknown and not closed', () => {
    const gap = ['10:10:01', '10:05', { kind: 'gap', failure: failure('throttled', '10:05') }] as const;
    expect(outline([[...gap]], door(22))).toEqual(['10:02:00 10:05:00 unknown', '10:05:00 11:00:00 unknown']);
    const appeared = ['10:10:01', '10:05', { kind: 'appeared', rules: open('443') }] as const;
    expect(outline([[...appeared]], door(22))).toEqual(['10:02:00 10:05:00 unknown']);
    const baseline = ['10:10:01', null, { kind: 'baseline', rules: open('443') }] as const;
    expect(outline([[...baseline]], door(22))).toEqual(['10:02:00 10:10:01 unknown']);
  });
});

describe('the notes with which a span is rated', () => {
  const odd = (port: number) =>
    asPortStates([{ protocol: 'tcp', fromPort: port, toPort: port, cidrs: ['10.0.0.0/8'], validFrom: 'x' }]);
  const span = { from: at('10:02'), until: at('11:00') };
  const notesOf = (steps: Parameters<typeof entriesOf>[1][], asked: PortQuery) =>
    findOpenSpans(sliceOf(entriesOf(web1, ...steps)), span, asked).map(({ certainty, notes, entries }) => [
      certainty,
      notes.map(({ code }) => code),
      entries.map(({ version }) => version),
    ]);

  test('are about the rules that are not understood, on the ports of the query, in every possible firewall', () => {
    const steps: Parameters<typeof entriesOf>[1][] = [
      ['10:00:01', null, { kind: 'baseline', rules: open('443') }],
      ['10:10:01', '10:05', { kind: 'changed', rules: odd(22) }],
    ];
    expect(notesOf(steps, door(22))).toEqual([
      ['either', ['unknown-field'], [1, 2]],
      ['open', ['unknown-field'], [2]],
    ]);
    expect(notesOf(steps, door(443))).toEqual([
      ['open', [], [1]],
      ['either', [], [1, 2]],
    ]);
  });

  test('a span with a note is not joined with a span without a note', () => {
    const steps: Parameters<typeof entriesOf>[1][] = [
      ['10:00:01', null, { kind: 'baseline', rules: open('22') }],
      ['10:10:01', null, { kind: 'changed', rules: [...open('22'), ...odd(22)] }],
    ];
    expect(notesOf(steps, door(22)).map(([, notes]) => notes)).toContainEqual(['unknown-field']);
    expect(notesOf(steps, door(22)).map(([, notes]) => notes)).toContainEqual([]);
  });
});
