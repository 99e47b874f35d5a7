/** Most refusals are tested in restore-command.test.ts, with the note of the alert. */
import { expect, test } from '@jest/globals';
import { decideRestorableRules, toRestorablePorts } from '../../lambda/alerts/decide-restorable-rules.ts';
import { lightsailBehaviour } from '../../lambda/contract/lightsail-behaviour.ts';
import type { PortState } from '../../lambda/firewall/index.ts';
import { rule } from './fixtures.ts';

test.each<[string, PortState[], object]>([
  [
    'sources are named once',
    [rule('tcp', 22, ['192.0.2.1/32', '192.0.2.1/32'], ['::/0'])],
    { fromPort: 22, toPort: 22, protocol: 'tcp', cidrs: ['192.0.2.1/32'], ipv6Cidrs: ['::/0'] },
  ],
  [
    'an alias stays',
    [{ ...rule('tcp', 22, ['192.0.2.1/32'], ['::/0']), cidrListAliases: ['lightsail-connect'] }],
    {
      fromPort: 22,
      toPort: 22,
      protocol: 'tcp',
      cidrs: ['192.0.2.1/32'],
      ipv6Cidrs: ['::/0'],
      cidrListAliases: ['lightsail-connect'],
    },
  ],
  [
    'rules for the same ports become one rule',
    [rule('UDP', 53, ['192.0.2.1/32']), rule('udp', 53, [], ['2001:db8::/32'])],
    { fromPort: 53, toPort: 53, protocol: 'udp', cidrs: ['192.0.2.1/32'], ipv6Cidrs: ['2001:db8::/32'] },
  ],
  [
    'the alias of one of them stays',
    [
      rule('tcp', 22, ['192.0.2.1/32'], ['::/0']),
      { ...rule('tcp', 22, ['192.0.2.2/32']), cidrListAliases: ['lightsail-connect'] },
    ],
    {
      ...{ fromPort: 22, toPort: 22, protocol: 'tcp', cidrs: ['192.0.2.1/32', '192.0.2.2/32'], ipv6Cidrs: ['::/0'] },
      cidrListAliases: ['lightsail-connect'],
    },
  ],
])('%s', (_title, rules, expected) => {
  expect(decideRestorableRules(rules, lightsailBehaviour)).toEqual({ rules: [expected] });
});

test('without rules there is nothing to restore', () => {
  expect(decideRestorableRules([], lightsailBehaviour)).toEqual({ rules: [] });
});

test.each<[PortState, object]>([
  [
    { protocol: 'all', fromPort: 1, toPort: 2 },
    { fromPort: 0, toPort: 65535, protocol: 'all' },
  ],
  [{ protocol: '-1' }, { fromPort: 0, toPort: 65535, protocol: 'all' }],
  [
    { protocol: 'icmp', fromPort: -1, toPort: -1 },
    { fromPort: -1, toPort: -1, protocol: 'icmp' },
  ],
  [
    { protocol: 'icmp6', fromPort: 8, toPort: 0 },
    { fromPort: 8, toPort: 0, protocol: 'icmpv6' },
  ],
  [
    { protocol: 'icmp', fromPort: 255, toPort: 255, state: 'open' },
    { fromPort: 255, toPort: 255, protocol: 'icmp' },
  ],
  [
    { protocol: 'icmp', fromPort: 256, toPort: 0 },
    { problem: 'its rule icmp 256 to 0 has ports that are not understood' },
  ],
  [{ protocol: 'tcp', fromPort: -1, toPort: -1 }, { problem: 'its rule tcp -1 has ports that are not understood' }],
  [
    { protocol: 'tcp', fromPort: 1.5, toPort: 2 },
    { problem: 'its rule tcp 1.5 to 2 has ports that are not understood' },
  ],
])('the ports of %j', (portState, expected) => {
  expect(toRestorablePorts(portState)).toEqual(expected);
});
