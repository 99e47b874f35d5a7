import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ApiCall } from '../../lambda/attribution/api-call.ts';
import {
  defaultRecordDelayMs,
  findTransientChanges,
  isDuring,
  type Read,
  type TransientChangeQuestion,
} from '../../lambda/attribution/find-transient-changes.ts';
import { defaultRatingPolicy, type PortState } from '../../lambda/firewall/index.ts';
import { http, instance, rule, sshToWorld } from '../alerts/fixtures.ts';
import { depth } from '../support/depth.ts';
import { buildCall, close, open, put } from './records.ts';

const today = (time: string) => `2026-11-23T${time}.000Z`;
const arn = instance.arn;

/** A scan of ten seconds. */
const read = (time: string, rules: PortState[] = [http], ipAddressType = 'dualstack'): Read => {
  const from = today(time);
  return {
    from,
    until: new Date(Date.parse(from) + 10_000).toISOString(),
    arn,
    firewall: { rules, ipAddressType },
  };
};

const find = (reads: Read[], calls: ApiCall[], fields: Partial<TransientChangeQuestion> = {}) =>
  findTransientChanges({
    reads,
    calls,
    reportedEventIds: new Set(),
    attributedEventIds: new Set(),
    now: Date.parse(today('10:06:00')),
    recordDelayMs: defaultRecordDelayMs,
    policy: defaultRatingPolicy,
    ...fields,
  });

const ids = (calls: readonly { eventId: string }[]) => calls.map(({ eventId }) => eventId);
const world = ['0.0.0.0/0', '::/0'];
const tcp = (port: number) => ({ protocol: 'tcp', from: port, to: port, sources: world });
const twoReads = [read('10:00:00'), read('10:05:00')];

describe('between two reads that found the same', () => {
  test('a call with an unknown field counts as open to the world, also from a private source', () => {
    const call = open(22, '10:01:00', 'a', [['10.0.0.0/8'], ['fd00::/8']]);
    const odd = { ...call, portInfos: call.portInfos?.map((each) => ({ ...each, newField: true })) ?? null };
    const close22 = close(22, '10:04:00', 'b');
    expect(find(twoReads, [call, close22])).toMatchObject([{ severity: 'low', notes: [] }]);
    expect(find(twoReads, [odd, close22])).toMatchObject([
      { severity: 'critical', notes: [{ code: 'unknown-field-opened' }] },
    ]);
  });

  test('an opening that was closed again is reported at once, with actor, duration and severity', () => {
    const transients = find(twoReads, [open(22, '10:01:00', 'a'), close(22, '10:04:00', 'b')]);
    expect(transients).toEqual([
      {
        fit: 'explained',
        from: today('10:01:00'),
        until: today('10:04:00'),
        opened: [tcp(22)],
        closed: [],
        notes: [],
        severity: 'critical',
        reason:
          'tcp 22 (SSH) is on the high-risk list (AWS Security Hub EC2.19) and was open to anywhere, for 3 minutes',
        reach: { before: [tcp(80)], during: [tcp(22), tcp(80)] },
        calls: [expect.objectContaining({ eventId: 'a' }), expect.objectContaining({ eventId: 'b' })],
      },
    ]);
  });

  test('a closing that was opened again is reported', () => {
    expect(find(twoReads, [close(80, '10:01:00'), open(80, '10:01:30')])).toMatchObject([
      {
        opened: [],
        closed: [tcp(80)],
        severity: 'medium',
        reason:
          'tcp 80 (HTTP) was closed to everyone and nothing reached the instance: a site may have been down, for 30 seconds',
      },
    ]);
  });

  test('two transient changes are reported as two', () => {
    const calls = [open(22, '10:01:00'), close(22, '10:02:00'), open(443, '10:03:00'), close(443, '10:04:00')];
    expect(find(twoReads, calls).map(({ opened, from }) => [opened, from])).toEqual([
      [[tcp(22)], today('10:01:00')],
      [[tcp(443)], today('10:03:00')],
    ]);
  });

  test('one inside another is one transient change', () => {
    const calls = [open(22, '10:01:00'), open(443, '10:02:00'), close(443, '10:03:00'), close(22, '10:04:00')];
    expect(find(twoReads, calls)).toMatchObject([{ opened: [tcp(22), tcp(443)], from: today('10:01:00') }]);
  });

  test('a Put that another Put reverts is a transient change, and a repeated Put is none', () => {
    expect(find(twoReads, [put([22], '10:01:00'), put([80], '10:02:00')])).toMatchObject([
      { opened: [tcp(22)], closed: [tcp(80)], severity: 'critical' },
    ]);
    expect(find(twoReads, [put([80], '10:01:00'), put([80], '10:02:00')])).toEqual([]);
    expect(find(twoReads, [put([80], '10:01:00')])).toEqual([]);
  });

  test('the order and copies of records do not matter', () => {
    const calls = [close(22, '10:04:00', 'b'), open(22, '10:01:00', 'a'), close(22, '10:04:00', 'b')];
    expect(find(twoReads, calls)).toMatchObject([{ opened: [tcp(22)], from: today('10:01:00') }]);
  });

  test('a reported call is not reported again, and a late call is reported', () => {
    const [a, b] = [open(22, '10:01:00', 'a'), close(22, '10:04:00', 'b')];
    const [c, d] = [open(443, '10:02:00', 'c'), close(443, '10:03:00', 'd')];
    const reportedEventIds = new Set(['a', 'b']);
    expect(find(twoReads, [a, b], { reportedEventIds })).toEqual([]);
    const late = find(twoReads, [a, b, c, d], { reportedEventIds });
    expect(late.map(({ calls, opened }) => [ids(calls), opened])).toEqual([[['c', 'd'], [tcp(443)]]]);
  });

  test('a late call is replayed with the reported calls, which may have removed a dormant rule before it', () => {
    const dormant = rule('tcp', 22, ['198.51.100.0/24']);
    const reads = [read('10:00:00', [http, dormant], 'ipv6'), read('10:05:00')];
    const reported = [put([25], '10:01:00', 'a'), put([80], '10:02:00', 'b')];
    const fields = { eventId: 'c', at: today('10:03:00'), ipAddressType: 'dualstack' };
    const late = [buildCall({ ...fields, name: 'SetIpAddressType' }), put([80], '10:04:00', 'd')];
    expect(find(reads, [...reported, ...late], { reportedEventIds: new Set(['a', 'b']) })).toEqual([]);
  });

  test('a late Put that restores the firewall explains the call that was reported without it', () => {
    const calls = [open(22, '10:01:00', 'a'), put([80], '10:04:00', 'b')];
    const found = find(twoReads, calls, { reportedEventIds: new Set(['a']) });
    expect(found.map(({ fit, opened, calls: named }) => [fit, opened, ids(named)])).toEqual([
      ['explained', [tcp(22)], ['a', 'b']],
    ]);
  });

  test('sources of one address family are interpreted literally, with a note', () => {
    const calls = [open(22, '10:01:00', 'a', [['203.0.113.7/32']]), close(22, '10:02:00', 'b')];
    expect(find(twoReads, calls)).toMatchObject([
      { opened: [{ sources: ['203.0.113.7/32'] }], notes: [{ code: 'call-reading-uncertain' }], severity: 'low' },
    ]);
  });

  test('another address type for a while opens dormant rules', () => {
    const reads = [read('10:00:00', [sshToWorld], 'ipv4'), read('10:05:00', [sshToWorld], 'ipv4')];
    const set = (ipAddressType: string, time: string) =>
      buildCall({ eventId: ipAddressType, name: 'SetIpAddressType', ipAddressType, at: today(time) });
    expect(find(reads, [set('dualstack', '10:01:00'), set('ipv4', '10:02:00')])).toMatchObject([
      { opened: [{ protocol: 'tcp', from: 22, sources: ['::/0'] }] },
    ]);
  });

  test('creation and deletion are not transient changes, and hide none', () => {
    const remove = buildCall({ eventId: 'x', name: 'DeleteInstance', at: today('10:02:00') });
    expect(find(twoReads, [open(22, '10:01:00', 'a'), remove, close(22, '10:04:00', 'b')])).toMatchObject([
      { fit: 'explained', opened: [tcp(22)], calls: [{ eventId: 'a' }, { eventId: 'b' }] },
    ]);
    expect(find(twoReads, [buildCall({ name: 'CreateInstances' }), buildCall({ name: 'DeleteInstance' })])).toEqual([]);
  });

  test('many calls are reported in several parts that name every call', () => {
    const second = (i: number) => `10:0${1 + Math.floor(i / 60)}:${String(i % 60).padStart(2, '0')}`;
    const calls = Array.from({ length: 120 }, (_, i) => open(22, second(i), `e${i}`));
    const transients = find(twoReads, [...calls, close(22, '10:04:00', 'end')]);
    expect(transients.length).toBe(3);
    expect(new Set(transients.flatMap((transient) => ids(transient.calls))).size).toBe(121);
    expect(Math.max(...transients.map((transient) => transient.calls.length))).toBeLessThanOrEqual(50);
  });
});

describe('inside the window of a change', () => {
  const reads = [read('10:00:00'), read('10:05:00', [http, rule('tcp', 443, ['0.0.0.0/0'], ['::/0'])])];

  test('reach that neither read has is reported', () => {
    const calls = [open(22, '10:01:00', 'a'), close(22, '10:02:00', 'b'), open(443, '10:03:00', 'c')];
    const attributedEventIds = new Set(['a', 'b', 'c']);
    const transients = find(reads, calls, { attributedEventIds });
    expect(transients.map((transient) => [transient.opened, ids(transient.calls)])).toEqual([[[tcp(22)], ['a', 'b']]]);
  });

  test('the change itself and its steps are not a transient change', () => {
    expect(find(reads, [open(443, '10:03:00')])).toEqual([]);
    expect(find(reads, [open(443, '10:03:00'), close(443, '10:03:30'), open(443, '10:04:00')])).toEqual([]);
  });
});

describe('calls that do not lead to the next read', () => {
  const calls = [open(22, '10:01:00', 'a')];
  const late = { now: Date.parse(today('10:31:00')) };

  test('are reported after half an hour, because a missing call may still arrive', () => {
    expect(find(twoReads, calls, { now: Date.parse(today('10:30:59')) })).toEqual([]);
    expect(find(twoReads, calls, late)).toMatchObject([
      {
        fit: 'not-explained',
        from: today('10:01:00'),
        until: today('10:01:00'),
        opened: [],
        closed: [],
        severity: 'medium',
        reason:
          '1 call to its firewall between two reads: it does not lead from the firewall of the first read to the firewall of the second read, ' +
          'so it is not known which ports were open in between',
      },
    ]);
    expect(find(twoReads, [...calls, close(22, '10:02:00')], late)).toMatchObject([{ fit: 'explained' }]);
    expect(find(twoReads, calls, { now: Date.parse(today('10:03:00')), recordDelayMs: 120_000 })).toHaveLength(1);
  });

  test('are not reported if a change names them already', () => {
    expect(find(twoReads, calls, { ...late, attributedEventIds: new Set(['a']) })).toEqual([]);
    expect(find(twoReads, calls, { ...late, reportedEventIds: new Set(['a']) })).toEqual([]);
  });

  test('wait until the last of them is half an hour old', () => {
    const two = [open(22, '10:01:00', 'a'), open(25, '10:04:00', 'b')];
    expect(find(twoReads, two, { now: Date.parse(today('10:33:59')) })).toEqual([]);
    expect(find(twoReads, two, { now: Date.parse(today('10:34:00')) })).toHaveLength(1);
  });

  test('are reported if a change names one of them only', () => {
    const two = [open(22, '10:01:00', 'a'), open(25, '10:02:00', 'b')];
    const options = { now: Date.parse(today('11:00:00')), attributedEventIds: new Set(['a']) };
    expect(find(twoReads, two, options).map(({ calls: named }) => ids(named))).toEqual([['a', 'b']]);
  });

  test('are reported with a call that was reported earlier, if they explain the reads only together', () => {
    const two = [open(22, '10:01:00', 'a'), close(22, '10:04:00', 'b')];
    const found = find(twoReads, two, { reportedEventIds: new Set(['b']) });
    expect(found.map(({ fit, calls: named }) => [fit, ids(named)])).toEqual([['explained', ['a', 'b']]]);
  });

  test('are reported alone if an earlier report names the others', () => {
    const four = [
      open(22, '10:01:00', 'a'),
      close(22, '10:02:00', 'b'),
      open(443, '10:03:00', 'c'),
      close(443, '10:04:00', 'd'),
    ];
    const found = find(twoReads, four, { reportedEventIds: new Set(['a', 'b', 'd']) });
    expect(found.map(({ fit, calls: named }) => [fit, ids(named)])).toEqual([['explained', ['c', 'd']]]);
  });

  test.each([
    [50, [50]],
    [60, [50, 10]],
  ])('are reported in parts: %i calls', (count, sizes) => {
    const many = Array.from({ length: count }, (_, i) => open(25, `10:01:${String(i % 60).padStart(2, '0')}`, `e${i}`));
    expect(
      find(twoReads, many, { now: Date.parse(today('11:00:00')) }).map(({ calls: named }) => named.length),
    ).toEqual(sizes);
  });

  test('are not-told if the records lack the request', () => {
    const bare = buildCall({ eventId: 'x', at: today('10:01:00') });
    expect(find(twoReads, [bare, close(22, '10:02:00')], { now: Date.parse(today('10:32:00')) })).toMatchObject([
      { fit: 'not-told', reason: expect.stringContaining('2 calls to its firewall between two reads: their records') },
    ]);
  });

  test('are not-explained if a read in between contradicts them', () => {
    const reads = [read('10:00:00'), read('10:02:00'), read('10:05:00')];
    const transients = find(reads, [open(22, '10:01:00', 'a'), close(22, '10:04:00', 'b')], {
      now: Date.parse(today('11:00:00')),
    });
    expect(transients.map(({ fit, calls: named }) => [fit, ids(named)])).toEqual([['not-explained', ['a']]]);
  });
});

describe('reads', () => {
  test('calls after the last read wait, and calls before the first read have no known result', () => {
    const calls = [open(22, '10:01:00'), close(22, '10:04:00')];
    expect(find([read('10:00:00')], calls)).toEqual([]);
    expect(find([read('10:05:00')], calls)).toEqual([]);
    expect(find([], calls)).toEqual([]);
  });

  test('a call during a scan may be before or after the read: the next read decides', () => {
    const calls = [open(22, '10:01:00'), close(22, '10:05:05')];
    expect(find(twoReads, calls)).toEqual([]);
    const reads = [...twoReads, read('10:10:00')];
    expect(find(reads, calls)).toMatchObject([{ opened: [tcp(22)], until: today('10:05:05') }]);
  });

  test('a read just after a call may not show the call yet: the next read decides', () => {
    const reads = [read('10:00:00'), read('10:05:00'), read('10:10:00')];
    const calls = [open(22, '10:04:55'), close(22, '10:07:00')];
    expect(find(reads.slice(0, 2), calls)).toEqual([]);
    expect(find(reads, calls)).toMatchObject([{ opened: [tcp(22)], from: today('10:04:55') }]);
  });

  test('reach that a read of unknown position shows is not reported', () => {
    const reads = [read('10:00:00'), read('10:05:00', [http, sshToWorld]), read('10:10:00')];
    expect(find(reads, [open(22, '10:05:01'), close(22, '10:07:00')])).toEqual([]);
  });

  test.each([
    ['10:04:49', false],
    ['10:04:50', true],
    ['10:05:10', true],
    ['10:05:11', false],
  ])('a call at %s is during a read from 10:05:00 to 10:05:10: %p', (time, expected) => {
    expect(isDuring(open(22, time), read('10:05:00'))).toBe(expected);
  });

  test('nothing is decided across a read of another instance, also if its position is not known', () => {
    const reads = [read('10:00:00'), { ...read('10:05:00'), arn: 'another' }, read('10:10:00')];
    expect(find(reads, [open(22, '10:05:05'), close(22, '10:07:00')])).toEqual([]);
  });

  test('nothing is decided between two instances of one name', () => {
    const reads = [read('10:00:00'), { ...read('10:05:00'), arn: 'another' }];
    expect(find(reads, [open(22, '10:01:00'), close(22, '10:04:00')], { now: Date.parse(today('12:00:00')) })).toEqual(
      [],
    );
  });
});

test('every opening for a while is reported once and completely, in any order and with copies', () => {
  const ports = fc.uniqueArray(fc.constantFrom(21, 23, 25, 27, 3306), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(ports, fc.infiniteStream(fc.nat(1_000)), (opened, order) => {
      const calls = opened.flatMap((port, i) => [open(port, `10:01:0${i}`), close(port, `10:03:0${i}`)]);
      const rank = new Map(calls.map((call) => [call.eventId, order.next().value]));
      const shuffled = [...calls, ...calls.slice(0, 2)].sort(
        (a, b) => Number(rank.get(a.eventId)) - Number(rank.get(b.eventId)),
      );
      const [transient, ...more] = find(twoReads, shuffled);
      expect(more).toEqual([]);
      expect(transient?.opened.map(({ from }) => from)).toEqual([...opened].sort((a, b) => a - b));
      expect(find(twoReads, shuffled, { reportedEventIds: new Set(ids(transient?.calls ?? [])) })).toEqual([]);
    }),
    { numRuns: depth({ quick: 15, full: 100 }) },
  );
});
