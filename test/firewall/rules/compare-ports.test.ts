import { expect, test } from '@jest/globals';
import { comparePorts } from '../../../lambda/firewall/rules/compare-ports.ts';
import { asPortStates, type PortState } from '../../../lambda/firewall/rules/port-state.ts';

const compare = (rule: unknown, request: unknown) => {
  const [a, b] = asPortStates([rule, request]);
  return comparePorts(a as PortState, b as PortState);
};
const ports = (protocol: string, fromPort: unknown, toPort: unknown = fromPort) => ({ protocol, fromPort, toPort });

test.each([
  ['same', 'the same port', ports('tcp', 22), ports('tcp', 22)],
  ['same', 'the same range', ports('tcp', 20, 22), ports('tcp', 20, 22)],
  ['same', 'another spelling of the protocol', ports(' TCP ', 22), ports('tcp', 22)],
  ['same', 'another spelling of icmpv6', ports('icmp6', 128, 0), ports('icmpv6', 128, 0)],
  ['same', 'all, whatever its ports', ports('-1', -1), ports('all', 0, 65535)],
  ['part', 'a port that is a text', ports('tcp', '22'), ports('tcp', 22)],
  ['apart', 'another port', ports('tcp', 22), ports('tcp', 80)],
  ['apart', 'another protocol', ports('tcp', 53), ports('udp', 53)],
  ['apart', 'the range just above', ports('tcp', 20, 22), ports('tcp', 23, 25)],
  ['apart', 'the range just below', ports('tcp', 23, 25), ports('tcp', 20, 22)],
  ['part', 'a range that begins with the last port', ports('tcp', 20, 22), ports('tcp', 22, 25)],
  ['part', 'a range that ends with the first port', ports('tcp', 22, 25), ports('tcp', 20, 22)],
  ['part', 'a range with the same start', ports('tcp', 20, 22), ports('tcp', 20, 25)],
  ['part', 'a range with the same end', ports('tcp', 20, 25), ports('tcp', 22, 25)],
  ['part', 'a port of all', ports('all', -1), ports('tcp', 22)],
  ['part', 'all for a port', ports('tcp', 22), ports('all', -1)],
  ['same', 'the same type and code', ports('icmp', 8, 0), ports('icmp', 8, 0)],
  ['part', 'every code of a type', ports('icmp', 8, -1), ports('icmp', 8, 0)],
  ['part', 'one code for every code', ports('icmp', 8, 0), ports('icmp', 8, -1)],
  ['part', 'every type', ports('icmp', -1, -1), ports('icmp', 8, 0)],
  ['part', 'one type for every type', ports('icmp', 8, 0), ports('icmp', -1, -1)],
  ['part', 'every type with a code, which is read as every code', ports('icmp', -1, 0), ports('icmp', 8, 3)],
  ['part', 'one type and code for every type with a code', ports('icmp', 8, 3), ports('icmp', -1, 0)],
  ['part', 'every type and code of icmpv6', ports('icmpv6', -1, -1), ports('icmpv6', 128, 0)],
  ['apart', 'another type, which is no range of types', ports('icmp', 3, 8), ports('icmp', 5, 6)],
  ['apart', 'another type with the same code', ports('icmp', 8, 0), ports('icmp', 3, 0)],
  ['apart', 'another code of the same type', ports('icmp', 3, 1), ports('icmp', 3, 4)],
  ['apart', 'another type of icmpv6', ports('icmpv6', 128, 129), ports('icmpv6', 128, 0)],
  ['part', 'a rule without a protocol', { fromPort: 22, toPort: 22 }, ports('tcp', 22)],
  ['part', 'a request without a protocol', ports('tcp', 22), { fromPort: 22, toPort: 22 }],
  ['part', 'neither protocol', {}, {}],
  ['part', 'a protocol that is no text', { protocol: 6, fromPort: 22, toPort: 22 }, ports('tcp', 80)],
  ['part', 'ports that are missing', { protocol: 'tcp' }, ports('tcp', 22)],
  ['part', 'a request for ports that are missing', ports('tcp', 22), { protocol: 'tcp' }],
  ['part', 'one port that is missing', { protocol: 'tcp', fromPort: 80 }, ports('tcp', 22)],
  ['part', 'a port that is null', ports('tcp', null), ports('tcp', 22)],
  ['part', 'a port that is an empty text', ports('tcp', 80, ''), ports('tcp', 22)],
  ['part', 'a port that is true', ports('tcp', true), ports('tcp', 22)],
  ['part', 'a port that is a fraction', ports('tcp', 22.5), ports('tcp', 80)],
  ['part', 'a rule that is null', null, ports('tcp', 22)],
  ['part', 'a rule that is a text', 'tcp 22', ports('tcp', 22)],
])('%s: %s', (overlap, _, rule, request) => {
  expect(compare(rule, request)).toBe(overlap);
});
