import { describe, expect, test } from '@jest/globals';
import { diffFirewalls, hashRules } from '../../../lambda/firewall/index.ts';
import { asPortStates } from '../../../lambda/firewall/rules/port-state.ts';
import { encodeRule } from '../../../lambda/firewall/rules/rule-encoding.ts';

const usual = { protocol: 'tcp', fromPort: 22, toPort: 22, state: 'open', cidrs: ['192.0.2.1/32'], ipv6Cidrs: [] };

/** Every two of these rules differ in at least one field. */
const different: readonly unknown[] = [
  usual,
  { ...usual, cidrListAliases: [] },
  { ...usual, cidrListAliases: null },
  { ...usual, cidrListAliases: '' },
  { ...usual, cidrListAliases: ['lightsail-connect'] },
  { ...usual, cidrs: [], ipv6Cidrs: ['192.0.2.1/32'] },
  { ...usual, cidrs: [], cidrListAliases: ['192.0.2.1/32'] },
  { ...usual, cidrs: null, cidrListAliases: [] },
  { ...usual, ipv6Cidrs: null, cidrListAliases: [] },
  { ...usual, cidrs: ['192.0.2.1/32', '192.0.2.1/32'], cidrListAliases: [] },
  { ...usual, cidrs: [null], cidrListAliases: [] },
  { ...usual, cidrs: ['null'], cidrListAliases: [] },
  { ...usual, cidrs: [22], cidrListAliases: [] },
  { ...usual, cidrs: [2, 2], cidrListAliases: [] },
  { ...usual, cidrs: ['22'], cidrListAliases: [] },
  { ...usual, cidrs: ['a,b'], cidrListAliases: [] },
  { ...usual, cidrs: ['a', 'b'], cidrListAliases: [] },
  ...[null, 'null', '', 6, '6', true, 'true', ['tcp'], {}].map((protocol) => ({
    ...{ ...usual, cidrListAliases: [] },
    protocol,
  })),
  ...[null, '', 1, '1', 'closed'].map((state) => ({ ...usual, cidrListAliases: [], state })),
  ...[null, '22', Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 'Infinity', 23].flatMap((port) => [
    { ...usual, cidrListAliases: [], fromPort: port },
    { ...usual, cidrListAliases: [], toPort: port },
  ]),
  ...['protocol', 'fromPort', 'toPort', 'state', 'cidrs'].map((missing) =>
    Object.fromEntries(Object.entries({ ...usual, cidrListAliases: [] }).filter(([name]) => name !== missing)),
  ),
  { ...usual, ipv6Cidrs: '', cidrListAliases: [] },
  { ...usual, cidrs: '', cidrListAliases: [] },
  { ...usual, cidrs: [undefined], cidrListAliases: [] },
  { ...usual, cidrs: [Number.NaN], cidrListAliases: [] },
  { ...usual, cidrs: ['192.0.2.1/32', null], cidrListAliases: [] },
  { ...usual, cidrs: ['192.0.2.1/32', undefined], cidrListAliases: [] },
  { ...usual, note: 'x' },
  { ...usual, note: null },
  { ...usual, note: 'x', other: 'y' },
  { ...usual, 'note="x",other': 'y' },
  { ...usual, note: '1:x' },
  { ...usual, note: ['x'] },
  { ...usual, note: { x: 1 } },
  ...[{}, [], null, 'tcp', '{}', '[]', 0, 22, '22', true],
];

describe('the encoding of a rule', () => {
  test('P2: differs if any field differs', () => {
    const encodings = different.map(encodeRule);
    const doubles = encodings.filter((encoding, i) => encodings.indexOf(encoding) !== i);
    expect(doubles).toEqual([]);
  });

  test('does not depend on the order of its fields and sources', () => {
    const fields = { ...usual, zebra: 1, alpha: { y: [1, 2], x: null }, middle: 'm' };
    const turned = Object.fromEntries(Object.entries({ ...fields, alpha: { x: null, y: [1, 2] } }).reverse());
    expect(encodeRule(turned)).toBe(encodeRule(fields));
    const [one, other] = ['192.0.2.1/32', '198.51.100.0/24'];
    for (const odd of [{}, { cidrListAliases: [] }, { note: 'x' }, { state: null }])
      expect(encodeRule({ ...usual, ...odd, cidrs: [one, other] })).toBe(
        encodeRule({ ...usual, ...odd, cidrs: [other, one] }),
      );
  });

  test('P2: null and a missing field are rewritten, not identical', () => {
    const [silent, nulls] = [asPortStates([usual]), asPortStates([{ ...usual, cidrListAliases: null }])];
    expect(diffFirewalls(silent, nulls).verdict).toBe('rewritten');
    expect(hashRules(silent)).not.toBe(hashRules(nulls));
  });
});
