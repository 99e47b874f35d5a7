import { describe, expect, test } from '@jest/globals';
import type { ApiCall } from '../../lambda/attribution/api-call.ts';
import { attributeChange } from '../../lambda/attribution/attribute-change.ts';
import type { HistoryEntry } from '../../lambda/history/entry.ts';
import { buildChange, buildEntry, http, rule, sshToWorld } from '../alerts/fixtures.ts';
import { buildCall, close, open, put } from './records.ts';

const at = '2026-11-23T10:06:00.000Z';
const lookup = { by: 'lookup', at } as const;

describe('the attribution of a change', () => {
  const before = { rules: [http], ipAddressType: 'dualstack' };
  const opened = buildChange([http], [http, sshToWorld], { previousRulesAt: '2026-11-23T09:00:00.000Z' });
  const attribute = (calls: ApiCall[], entry: HistoryEntry = opened, old: typeof before | null = before) =>
    attributeChange(entry, old, calls, lookup);
  const summary = (calls: ApiCall[], entry?: HistoryEntry, old?: typeof before | null) => {
    const found = attribute(calls, entry, old);
    return found === null ? null : [found.fit, ...found.calls.map(({ eventId }) => eventId)];
  };

  test('is the call in its window, if the call makes the change', () => {
    expect(attribute([open(22, '10:01:03', 'e1')])).toEqual({
      calls: [
        {
          eventId: 'e1',
          at: '2026-11-23T10:01:03.000Z',
          name: 'OpenInstancePublicPorts',
          by: 'IAM user alice',
          arn: 'arn:aws:iam::123456789012:user/alice',
          sourceIpAddress: '198.51.100.7',
          userAgent: 'aws-cli/2.31.0',
          through: 'api',
        },
      ],
      fit: 'explained',
      foundBy: 'lookup',
      foundAt: at,
    });
    expect(summary([put([22, 80], '10:01:03', 'e1')])).toEqual(['explained', 'e1']);
  });

  test('names both calls of one window, in the order of their times', () => {
    const calls = [open(22, '10:04:00', 'late'), open(443, '10:01:00', 'early'), close(443, '10:02:00', 'between')];
    expect(summary(calls)).toEqual(['explained', 'early', 'between', 'late']);
  });

  test('keeps the order of calls within one second', () => {
    expect(summary([open(22, '10:01:00', 'b'), open(22, '10:01:00', 'a')])).toEqual(['explained', 'b', 'a']);
  });

  test('leaves out last calls that the read at the end of the window did not show, if the others make the change', () => {
    const [made, late] = [open(22, '10:01:00', 'e1'), open(443, '10:04:53', 'e2')];
    expect(summary([made, late])).toEqual(['explained', 'e1']);
    expect(summary([made, open(8443, '10:04:54', 'e3'), late])).toEqual(['explained', 'e1']);
    expect(summary([open(443, '10:04:53', 'e2')])).toEqual(['not-explained', 'e2']);
    expect(summary([made, open(443, '10:04:52', 'e2')])).toEqual(['not-explained', 'e1', 'e2']);
    const many = Array.from({ length: 6 }, (_, i) => open(1000 + i, '10:05:02', `m${i}`));
    expect(summary([made, ...many.slice(1)])).toEqual(['explained', 'e1']);
    expect(summary([made, ...many])?.[0]).toBe('not-explained');
  });

  test('takes the address type of the later read if it changed without an effect before the window', () => {
    const office = rule('tcp', 22, ['198.51.100.0/24']);
    const entry = buildChange([office], [sshToWorld], { previousRulesAt: '2026-11-23T09:00:00.000Z' });
    const asIpv4: HistoryEntry = { ...entry, instance: entry.instance && { ...entry.instance, ipAddressType: 'ipv4' } };
    const old = { rules: [office], ipAddressType: 'dualstack' };
    const toWorld = [put([22], '10:01:03', 'e1')];
    expect(summary(toWorld, asIpv4, old)).toEqual(['explained', 'e1']);
    // With IPv6 rules, the change of the type would be a separate change.
    expect(summary(toWorld, asIpv4, { ...old, rules: [office, http] })).toEqual(['not-explained', 'e1']);
  });

  test('counts a record that arrives twice once', () => {
    expect(summary([open(22, '10:01:03', 'e1'), open(22, '10:01:03', 'e1')])).toEqual(['explained', 'e1']);
  });

  test('names calls that do not make the change, as not-explained', () => {
    expect(summary([open(443, '10:01:03', 'e1')])).toEqual(['not-explained', 'e1']);
  });

  test('names calls without their request, as not-told', () => {
    expect(summary([buildCall({ eventId: 'e1', at: '2026-11-23T10:01:03.000Z' })])).toEqual(['not-told', 'e1']);
    expect(summary([open(22, '10:01:03', 'e1')], opened, null)).toEqual(['not-told', 'e1']);
  });

  test('is null without a call for this instance in this window', () => {
    expect(summary([])).toBeNull();
    expect(summary([open(22, '09:59:00'), open(22, '10:05:03')])).toBeNull();
    expect(summary([{ ...open(22, '10:01:00'), instanceNames: ['web-2'] }])).toBeNull();
    expect(summary([{ ...open(22, '10:01:00'), region: 'eu-west-2' }])).toBeNull();
    expect(summary([{ ...open(22, '10:01:00'), account: '999999999999' }])).toBeNull();
    expect(summary([buildCall({ name: 'DeleteInstance' })])).toBeNull();
  });

  test('has a window whose ends count as they are: a whole second before its start, and the read itself', () => {
    const between = (changedAfter: string | null, changedBefore: string): HistoryEntry => {
      return { ...opened, changedAfter, changedBefore, previousRulesAt: '2026-11-23T10:00:02.000Z' };
    };
    const window = between('2026-11-23T10:00:04.000Z', '2026-11-23T10:05:02.000Z');
    // These calls do not explain the change, so the window is not widened for them.
    expect(summary([open(443, '10:00:03', 'e1')], window)).toBeNull();
    expect(summary([open(443, '10:00:04', 'e1')], window)).toEqual(['not-explained', 'e1']);
    expect(summary([open(443, '10:05:02', 'e1')], window)).toEqual(['not-explained', 'e1']);
    const undated = between(null, '2026-11-23T10:05:02.000Z');
    expect(summary([open(443, '10:00:01', 'e1')], undated)).toBeNull();
    expect(summary([open(443, '10:00:03', 'e1')], undated)).toEqual(['not-explained', 'e1']);
  });

  test('allows for the whole seconds of CloudTrail at both ends of the window', () => {
    expect(summary([open(22, '10:00:03', 'first')])).toEqual(['explained', 'first']);
    expect(summary([open(22, '10:05:02', 'last')])).toEqual(['explained', 'last']);
    expect(summary([open(22, '09:59:52')])).toBeNull();
    expect(summary([open(22, '10:05:03')])).toBeNull();
  });

  test('accepts a call shortly before the window if the call explains the change', () => {
    expect(summary([open(22, '09:59:53', 'e1')])).toEqual(['explained', 'e1']);
    expect(summary([open(443, '09:59:53', 'e1')])).toBeNull();
    expect(summary([open(22, '09:59:53', 'e1'), put([80, 22], '10:01:00', 'e2')])).toEqual(['explained', 'e2']);
  });

  test('does not name a call whose effect the earlier read shows already', () => {
    const entry = { ...opened, previousRulesAt: '2026-11-23T10:00:09.500Z' };
    expect(summary([open(80, '10:00:05', 'seen'), open(22, '10:01:03', 'e1')], entry)).toEqual(['explained', 'e1']);
    expect(summary([open(443, '10:00:05', 'new'), open(22, '10:01:03', 'e1')], entry)).toEqual([
      'not-explained',
      'new',
      'e1',
    ]);
  });

  test('leaves out no call that is older than ten seconds at the read, to the very second', () => {
    const whole: HistoryEntry = { ...opened, changedBefore: '2026-11-23T10:05:02.000Z' };
    const calls = (time: string) => [open(22, '10:01:00', 'e1'), open(443, time, 'e2')];
    expect(summary(calls('10:04:52'), whole)).toEqual(['not-explained', 'e1', 'e2']);
    expect(summary(calls('10:04:53'), whole)).toEqual(['explained', 'e1']);
  });

  test('names calls without an effect if the earlier read can not have shown them', () => {
    const none = open(80, '10:00:05', 'none');
    const made = open(22, '10:02:00', 'e1');
    const readAt = (previousRulesAt: string | null): HistoryEntry => ({ ...opened, previousRulesAt });
    expect(summary([none, made], readAt('2026-11-23T10:00:04.999Z'))).toEqual(['explained', 'none', 'e1']);
    expect(summary([none, made], readAt('2026-11-23T10:00:05.000Z'))).toEqual(['explained', 'e1']);
    expect(summary([none, made], readAt(null))).toEqual(['explained', 'none', 'e1']);
    expect(summary([none], readAt('2026-11-23T10:00:09.500Z'))).toBeNull();
    expect(summary([none], readAt('2026-11-23T10:00:09.500Z'), null)).toEqual(['not-told', 'none']);
  });

  test('knows the effect of a call on the live rules only', () => {
    const ipv4 = { rules: [http], ipAddressType: 'ipv4' };
    const entry = buildChange([http], [http, sshToWorld], { previousRulesAt: '2026-11-23T10:00:09.500Z' }, 'ipv4');
    const asIpv4: HistoryEntry = { ...entry, instance: entry.instance && { ...entry.instance, ipAddressType: 'ipv4' } };
    const calls = [open(80, '10:00:05', 'seen'), open(22, '10:02:00', 'e1')];
    expect(summary(calls, asIpv4, ipv4)).toEqual(['explained', 'e1']);
  });

  test('is not-told for an entry that holds no rules', () => {
    expect(summary([open(22, '10:01:00', 'e1')], { ...opened, rules: null })).toEqual(['not-told', 'e1']);
  });

  test('with a change of the type that changes no exposure and then one that does, follows the calls', () => {
    const office = rule('tcp', 22, ['198.51.100.0/24']);
    const entry = buildChange([office], [sshToWorld], { previousRulesAt: '2026-11-23T09:00:00.000Z' });
    const set = buildCall({
      eventId: 'set',
      name: 'SetIpAddressType',
      ipAddressType: 'dualstack',
      at: '2026-11-23T10:01:00.000Z',
    });
    const calls = [set, put([22], '10:02:00', 'put')];
    expect(summary(calls, entry, { rules: [office], ipAddressType: 'ipv4' })).toEqual(['explained', 'set', 'put']);
    const toIpv4 = [{ ...set, ipAddressType: 'ipv4' }, put([22], '10:02:00', 'put')];
    expect(summary(toIpv4, entry, { rules: [office], ipAddressType: 'ipv4' })).toEqual(['not-explained', 'set', 'put']);
  });

  test('accepts both interpretations of a request with one address family', () => {
    const call = open(22, '10:01:03', 'e1', [['0.0.0.0/0']]);
    expect(summary([call])).toEqual(['explained', 'e1']);
    const v4 = buildChange([http], [http, rule('tcp', 22, ['0.0.0.0/0'])]);
    expect(summary([call], v4)).toEqual(['explained', 'e1']);
  });

  test('names SetIpAddressType for a change of the addresses', () => {
    const call = buildCall({ name: 'SetIpAddressType', ipAddressType: 'dualstack', at: '2026-11-23T10:01:03.000Z' });
    const entry = buildChange([http], [http], {}, 'ipv4');
    expect(summary([call], entry, { rules: [http], ipAddressType: 'ipv4' })).toEqual(['explained', 'e1']);
    expect(summary([call], entry, { rules: [sshToWorld], ipAddressType: 'ipv4' })).toEqual(['not-explained', 'e1']);
  });

  describe('of a new instance', () => {
    const appeared = buildEntry({ kind: 'appeared', rules: [http], verdict: null });
    const create = buildCall({ eventId: 'create', name: 'CreateInstances', at: '2026-11-23T10:01:00.000Z' });

    test('is the call that created it', () => {
      expect(summary([create], appeared, null)).toEqual(['explained', 'create']);
      expect(summary([create, put([80], '10:02:00', 'put')], appeared, null)).toEqual(['explained', 'create', 'put']);
      expect(summary([create, put([22], '10:02:00', 'put')], appeared, null)).toEqual([
        'not-explained',
        'create',
        'put',
      ]);
      expect(summary([create, open(80, '10:02:00', 'o')], appeared, null)).toEqual(['not-told', 'create', 'o']);
      expect(summary([open(80, '10:02:00', 'o')], appeared, null)).toEqual(['not-explained', 'o']);
    });

    const bare = buildCall({ eventId: 'bare', at: '2026-11-23T10:01:30.000Z' });

    test.each<[string, ApiCall[], Partial<HistoryEntry>, string[]]>([
      [
        'counts from the first scan on',
        [create],
        { changedAfter: null, previousRulesAt: null },
        ['explained', 'create'],
      ],
      [
        'replaces the rules by a Put, whatever came before',
        [create, bare, put([80], '10:02:00', 'put')],
        {},
        ['explained', 'create', 'bare', 'put'],
      ],
      [
        'is not-told if a call after the Put does not show its rules',
        [create, put([80], '10:01:10', 'put'), bare],
        {},
        ['not-told', 'create', 'put', 'bare'],
      ],
      [
        'is not-told if the entry holds no rules',
        [create, put([80], '10:02:00', 'put')],
        { rules: null },
        ['not-told', 'create', 'put'],
      ],
    ])('%s', (_, calls, fields, expected) => {
      expect(summary(calls, { ...appeared, ...fields }, null)).toEqual(expected);
    });

    test('has the rules of a Put for the addresses that it has', () => {
      const ipv4 = buildEntry({
        kind: 'appeared',
        rules: [http],
        instance: appeared.instance && { ...appeared.instance, ipAddressType: 'ipv4' },
      });
      expect(summary([create, put([80], '10:02:00', 'put')], ipv4, null)).toEqual(['explained', 'create', 'put']);
    });

    test('that replaces none does not include a deletion', () => {
      const remove = buildCall({ eventId: 'delete', name: 'DeleteInstance', at: '2026-11-23T10:00:30.000Z' });
      expect(summary([create, remove], appeared, null)).toEqual(['explained', 'create']);
    });

    test('includes the deletion of the instance that it replaces', () => {
      const remove = buildCall({ eventId: 'delete', name: 'DeleteInstance', at: '2026-11-23T10:00:30.000Z' });
      const replaces = {
        instance: { arn: 'old', publicIpAddress: null, ipv6Addresses: [], ipAddressType: null, blueprintId: null },
        firstSeenAt: '2026-11-01T00:00:00.000Z',
        rulesAt: null,
        exposure: [],
        opened: [],
        closed: [],
        verdict: null,
        severity: 'low' as const,
        reason: '',
      };
      expect(summary([create, remove], { ...appeared, replaces }, null)).toEqual(['explained', 'delete', 'create']);
      expect(summary([create, remove], appeared, null)).toEqual(['explained', 'create']);
    });
  });

  test('of a gone instance is the deletion', () => {
    const gone = buildEntry({ kind: 'gone' });
    const remove = buildCall({ eventId: 'delete', name: 'DeleteInstance' });
    expect(summary([remove, open(22, '10:01:00')], gone)).toEqual(['explained', 'delete']);
    expect(summary([open(22, '10:01:00')], gone)).toBeNull();
  });

  test.each(['gap', 'gap-over', 'baseline', 'flapped'] as const)('no call makes a %s', (kind) => {
    expect(summary([open(22, '10:01:03')], buildEntry({ kind }))).toBeNull();
  });

  test('names the last fifty of very many calls', () => {
    const calls = Array.from({ length: 60 }, (_, i) => open(22, `10:01:${String(i).padStart(2, '0')}`, `e${i}`));
    expect(summary(calls)).toHaveLength(51);
    expect(summary(calls)?.at(-1)).toBe('e59');
  });
});
