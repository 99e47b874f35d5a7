/** P2 on random firewalls: the order and the spelling of rules make no difference. */

import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { diffFirewalls, type FirewallDiff, hashRules, type PortState } from '../../lambda/firewall/index.ts';
import { buildRule, firewalls, runs, spell, textOf } from './arbitrary-firewall.ts';
import type { ModelRule } from './oracle.ts';

const styles = fc.array(fc.nat(1000), { minLength: 24, maxLength: 24 });

function expectUnchanged({ verdict, opened, closed }: FirewallDiff): void {
  expect(['identical', 'rewritten']).toContain(verdict);
  expect(opened.length + closed.length).toBe(0);
}

test('P2: rules and sources in another order are identical, and have one hash', () => {
  fc.assert(
    fc.property(firewalls, styles, (model, seeds) => {
      const rules = textOf(model);
      const shuffled = shuffle(rules, seeds).map(
        (rule): PortState => ({ ...rule, cidrs: rule.cidrs && shuffle(rule.cidrs, seeds) }),
      );
      expect(diffFirewalls(rules, shuffled).verdict).toBe('identical');
      expect(hashRules(rules)).toBe(hashRules(shuffled));
    }),
    { numRuns: runs },
  );
});

test('P2: rules that are duplicated, split, merged, shadowed or respelled open and close nothing', () => {
  fc.assert(
    fc.property(firewalls, styles, (model, seeds) => {
      const other = shuffle(
        model.flatMap((rule, i) => rewrite(rule, seeds.slice(i))),
        seeds,
      );
      expectUnchanged(diffFirewalls(textOf(model), textOf(other)));
      expectUnchanged(diffFirewalls(textOf(other), textOf(model)));
    }),
    { numRuns: runs },
  );
});

function rewrite(rule: ModelRule, seeds: readonly number[]): ModelRule[] {
  switch (seeds[0]! % 6) {
    case 0:
      return [rule, rule];
    case 1:
      return splitPorts(rule, seeds);
    case 2:
      return splitSources(rule);
    case 3:
      return [rule, shadow(rule, seeds)];
    case 4:
      return [buildRule({ ...rule, text: portsOf(rule.text) }, rule.sources.filter(isNamed), seeds)];
    default:
      return [rule];
  }
}

const isNamed = (source: ModelRule['sources'][number]) => !(source.family === 'name' && source.name === 'unspecified');

function portsOf({ protocol, fromPort, toPort }: PortState): PortState {
  return { protocol: protocol === 'sctp' ? 'sctp' : protocol?.toUpperCase(), fromPort, toPort };
}

function splitPorts(rule: ModelRule, seeds: readonly number[]): ModelRule[] {
  const { fromPort, toPort, protocol } = rule.text;
  if (!['tcp', 'TCP', 'udp'].includes(protocol ?? '') || fromPort === toPort) return [rule];
  const middle = fromPort! + (seeds[1]! % (toPort! - fromPort!));
  return [
    { ...rule, text: { ...rule.text, toPort: middle } },
    { ...rule, text: { ...rule.text, fromPort: middle + 1 } },
  ];
}

/** Each network as two halves, and each half in a separate rule. */
function splitSources(rule: ModelRule): ModelRule[] {
  const halves = rule.sources.filter(isNamed).flatMap((source) => {
    if (source.family === 'name' || source.length === (source.family === 4 ? 32 : 128)) return [source];
    return [0n, 1n].map((bit) => ({ ...source, bits: source.bits * 2n + bit, length: source.length + 1 }));
  });
  if (halves.length === 0) return [rule];
  return halves.map((half) => buildRule({ ...rule, text: portsOf(rule.text) }, [half], [1, 1, 1, 1, 1, 0, 1, 2]));
}

/** A rule that lets through a part of another rule. */
function shadow(rule: ModelRule, seeds: readonly number[]): ModelRule {
  const [first] = rule.sources.filter((source) => source.family === 4);
  if (first?.family !== 4 || first.length === 32) return rule;
  const host = { ...first, bits: first.bits * 2n, length: first.length + 1 };
  return { ...rule, text: { ...rule.text, cidrs: [spell(host, seeds[1]!)], ipv6Cidrs: [], cidrListAliases: [] } };
}

function shuffle<Element>(list: readonly Element[], seeds: readonly number[]): Element[] {
  return list
    .map((element, i) => ({ element, at: seeds[i % seeds.length]! * 31 + i * seeds[0]! }))
    .sort((a, b) => a.at - b.at)
    .map(({ element }) => element);
}
