import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { closePorts, openPorts, putPorts } from '../../emulators/lightsail/firewall-operations.ts';
import type { ApiCall } from '../../lambda/attribution/api-call.ts';
import { applyCall } from '../../lambda/attribution/apply-call.ts';
import { attributeChange } from '../../lambda/attribution/attribute-change.ts';
import { replayCalls } from '../../lambda/attribution/replay-calls.ts';
import { asPortStates, type PortState } from '../../lambda/firewall/rules/port-state.ts';
import type { HistoryEntry } from '../../lambda/history/entry.ts';
import { buildChange, buildEntry, http, rule, sshToOffice, sshToWorld } from '../alerts/fixtures.ts';
import { buildCall, close, info, open, put } from './records.ts';

const at = '2026-11-23T10:06:00.000Z';
const lookup = { by: 'lookup', at } as const;

describe('a call applied to a firewall', () => {
  const applied = (rules: PortState[], call: ApiCall) => applyCall(rules, 'dualstack', call)?.rules ?? null;
  const office = [...(sshToOffice.cidrs ?? [])];

  test('Open adds; without sources it is open to the world', () => {
    const bare = buildCall({ portInfos: [info(22)] });
    expect(applied([http], bare)).toEqual([http, sshToWorld]);
    expect(applied([http], buildCall({ portInfos: [info(22, office)] }))).toEqual([http, rule('tcp', 22, office)]);
  });

  test('Close closes what it names', () => {
    expect(applied([http, sshToWorld], close(22, '10:01:00'))).toEqual([http]);
    expect(applied([http], close(22, '10:01:00'))).toEqual([http]);
    const some = buildCall({ name: 'CloseInstancePublicPorts', portInfos: [info(22, ['198.51.100.0/24'])] });
    expect(applied([sshToOffice], some)).toEqual([rule('tcp', 22, [], ['2001:db8::/32'])]);
    const bare = buildCall({ name: 'CloseInstancePublicPorts', portInfos: [info(22, ['203.0.113.7'])] });
    expect(applied([rule('tcp', 22, ['203.0.113.7/32'])], bare)).toEqual([]);
  });

  test('Put replaces all', () => {
    expect(applied([sshToWorld], put([80], '10:01:00'))).toEqual([http]);
    expect(applied([sshToWorld], buildCall({ name: 'PutInstancePublicPorts', portInfos: [] }))).toEqual([]);
  });

  test('SetIpAddressType leaves the rules as they are', () => {
    const call = buildCall({ name: 'SetIpAddressType', ipAddressType: 'ipv6' });
    expect(applyCall([http], 'dualstack', call)).toEqual({ rules: [http], ipAddressType: 'ipv6' });
  });

  test.each([
    ['Open without rules', buildCall()],
    ['Put without rules', buildCall({ name: 'PutInstancePublicPorts' })],
    ['SetIpAddressType without a type', buildCall({ name: 'SetIpAddressType' })],
    ['creation', buildCall({ name: 'CreateInstances' })],
    ['deletion', buildCall({ name: 'DeleteInstance' })],
    [
      'Close of a part of a range',
      buildCall({ name: 'CloseInstancePublicPorts', portInfos: [{ ...info(79), toPort: 80 }] }),
    ],
    ['Close of a part of all', buildCall({ name: 'CloseInstancePublicPorts', portInfos: [{ protocol: 'all' }] })],
    ['Close of no port', buildCall({ name: 'CloseInstancePublicPorts', portInfos: [{ protocol: 'tcp' }] })],
  ])("%s can't be told", (_, call) => {
    expect(applied([http], call)).toBeNull();
  });

  test('all ports are the same however they are spelt', () => {
    const call = buildCall({ name: 'CloseInstancePublicPorts', portInfos: [{ protocol: 'ALL' }] });
    expect(applied([{ protocol: '-1', fromPort: -1, toPort: -1, cidrs: ['0.0.0.0/0'] }, http], call)).toBeNull();
    expect(applied([{ protocol: '-1', fromPort: -1, toPort: -1, cidrs: ['0.0.0.0/0'] }], call)).toEqual([]);
  });

  test('whatever calls the stand-in of Lightsail takes, they explain the firewall that it has then', () => {
    const sources = fc.subarray(['203.0.113.7/32', '198.51.100.0/24', '0.0.0.0/0']);
    const sources6 = fc.subarray(['2001:db8::/32', '::/0']);
    const portInfo = fc
      .record({ port: fc.constantFrom(22, 80, 443), cidrs: sources, ipv6Cidrs: sources6 })
      .map(({ port, cidrs, ipv6Cidrs }) => info(port, cidrs, ipv6Cidrs));
    const asked = fc.oneof(
      fc.record({ name: fc.constant('OpenInstancePublicPorts' as const), portInfos: fc.tuple(portInfo) }),
      fc.record({ name: fc.constant('CloseInstancePublicPorts' as const), portInfos: fc.tuple(portInfo) }),
      fc.record({
        name: fc.constant('PutInstancePublicPorts' as const),
        portInfos: fc.array(portInfo, { minLength: 1, maxLength: 3 }),
      }),
    );
    fc.assert(
      fc.property(fc.array(asked, { maxLength: 5 }), (requests) => {
        const instance = { portStates: [http] as unknown[] };
        for (const { name, portInfos } of requests) {
          if (name === 'PutInstancePublicPorts') putPorts(asInstance(instance), portInfos);
          else if (name === 'OpenInstancePublicPorts') openPorts(asInstance(instance), portInfos[0]);
          else closePorts(asInstance(instance), portInfos[0]);
        }
        const end = { rules: asPortStates(instance.portStates), ipAddressType: 'dualstack' };
        const calls = requests.map((request, index) => buildCall({ ...request, eventId: `e${index}` }));
        expect(Array.isArray(replayCalls({ rules: [http], ipAddressType: 'dualstack' }, end, calls))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

type Instance = Parameters<typeof openPorts>[0];
const asInstance = (instance: Pick<Instance, 'portStates'>) => instance as Instance;

describe('who made a change', () => {
  const before = { rules: [http], ipAddressType: 'dualstack' };
  const opened = buildChange([http], [http, sshToWorld], { previousRulesAt: '2026-11-23T09:00:00.000Z' });
  const attribute = (calls: ApiCall[], entry: HistoryEntry = opened, old: typeof before | null = before) =>
    attributeChange(entry, old, calls, lookup);
  const summary = (calls: ApiCall[], entry?: HistoryEntry, old?: typeof before | null) => {
    const found = attribute(calls, entry, old);
    return found === null ? null : [found.fit, ...found.calls.map(({ eventId }) => eventId)];
  };

  test('is whoever made the call in its window, if the call makes the change', () => {
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

  test('of two calls in one window both are named, in the order in which they were made', () => {
    const calls = [open(22, '10:04:00', 'late'), open(443, '10:01:00', 'early'), close(443, '10:02:00', 'between')];
    expect(summary(calls)).toEqual(['explained', 'early', 'between', 'late']);
  });

  test('of calls within one second the order in which they came stands', () => {
    expect(summary([open(22, '10:01:00', 'b'), open(22, '10:01:00', 'a')])).toEqual(['explained', 'b', 'a']);
  });

  test('a record that comes twice counts once', () => {
    expect(summary([open(22, '10:01:03', 'e1'), open(22, '10:01:03', 'e1')])).toEqual(['explained', 'e1']);
  });

  test('calls that do not make the change are named, and that they do not', () => {
    expect(summary([open(443, '10:01:03', 'e1')])).toEqual(['not-explained', 'e1']);
  });

  test('calls that do not say what they asked for are named, and that it can not be told', () => {
    expect(summary([buildCall({ eventId: 'e1', at: '2026-11-23T10:01:03.000Z' })])).toEqual(['not-told', 'e1']);
    expect(summary([open(22, '10:01:03', 'e1')], opened, null)).toEqual(['not-told', 'e1']);
  });

  test('is nobody where there is no call for this instance in this window', () => {
    expect(summary([])).toBeNull();
    expect(summary([open(22, '09:59:00'), open(22, '10:05:03')])).toBeNull();
    expect(summary([{ ...open(22, '10:01:00'), instanceNames: ['web-2'] }])).toBeNull();
    expect(summary([{ ...open(22, '10:01:00'), region: 'eu-west-2' }])).toBeNull();
    expect(summary([{ ...open(22, '10:01:00'), account: '999999999999' }])).toBeNull();
    expect(summary([buildCall({ name: 'DeleteInstance' })])).toBeNull();
  });

  test('whole seconds of CloudTrail are allowed for at both ends of the window', () => {
    expect(summary([open(22, '10:00:03', 'first')])).toEqual(['explained', 'first']);
    expect(summary([open(22, '10:05:02', 'last')])).toEqual(['explained', 'last']);
    expect(summary([open(22, '09:59:52')])).toBeNull();
    expect(summary([open(22, '10:05:03')])).toBeNull();
  });

  test('a call so shortly before the window that the read may not have shown it counts where it explains the change', () => {
    expect(summary([open(22, '09:59:53', 'e1')])).toEqual(['explained', 'e1']);
    expect(summary([open(443, '09:59:53', 'e1')])).toBeNull();
    expect(summary([open(22, '09:59:53', 'e1'), put([80, 22], '10:01:00', 'e2')])).toEqual(['explained', 'e2']);
  });

  test('a call whose effect the read before has seen already is not named again', () => {
    const entry = { ...opened, previousRulesAt: '2026-11-23T10:00:09.500Z' };
    expect(summary([open(80, '10:00:05', 'seen'), open(22, '10:01:03', 'e1')], entry)).toEqual(['explained', 'e1']);
    expect(summary([open(443, '10:00:05', 'new'), open(22, '10:01:03', 'e1')], entry)).toEqual([
      'not-explained',
      'new',
      'e1',
    ]);
  });

  test('either reading of a request that names one address family explains the change', () => {
    const call = open(22, '10:01:03', 'e1', [['0.0.0.0/0']]);
    expect(summary([call])).toEqual(['explained', 'e1']);
    const v4 = buildChange([http], [http, rule('tcp', 22, ['0.0.0.0/0'])]);
    expect(summary([call], v4)).toEqual(['explained', 'e1']);
  });

  test('other addresses are a change that SetIpAddressType makes', () => {
    const call = buildCall({ name: 'SetIpAddressType', ipAddressType: 'dualstack', at: '2026-11-23T10:01:03.000Z' });
    const entry = buildChange([http], [http], {}, 'ipv4');
    expect(summary([call], entry, { rules: [http], ipAddressType: 'ipv4' })).toEqual(['explained', 'e1']);
    expect(summary([call], entry, { rules: [sshToWorld], ipAddressType: 'ipv4' })).toEqual(['not-explained', 'e1']);
  });

  describe('of a new instance', () => {
    const appeared = buildEntry({ kind: 'appeared', rules: [http], verdict: null });
    const create = buildCall({ eventId: 'create', name: 'CreateInstances', at: '2026-11-23T10:01:00.000Z' });

    test('is whoever created it', () => {
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

    test('in the place of another is also whoever deleted that one', () => {
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

  test('of a departure is whoever deleted it', () => {
    const gone = buildEntry({ kind: 'gone' });
    const remove = buildCall({ eventId: 'delete', name: 'DeleteInstance' });
    expect(summary([remove, open(22, '10:01:00')], gone)).toEqual(['explained', 'delete']);
    expect(summary([open(22, '10:01:00')], gone)).toBeNull();
  });

  test.each(['gap', 'gap-over', 'baseline', 'flapped'] as const)('nobody makes a %s', (kind) => {
    expect(summary([open(22, '10:01:03')], buildEntry({ kind }))).toBeNull();
  });

  test('of very many calls the last fifty are named', () => {
    const calls = Array.from({ length: 60 }, (_, i) => open(22, `10:01:${String(i).padStart(2, '0')}`, `e${i}`));
    expect(summary(calls)).toHaveLength(51);
    expect(summary(calls)?.at(-1)).toBe('e59');
  });
});
