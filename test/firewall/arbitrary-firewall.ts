/** Random rules as numbers, and the many possible spellings of an answer. */

import fc from 'fast-check';
import type { PortState } from '../../lambda/firewall/rules/port-state.ts';
import type { ReachProtocol } from '../../lambda/firewall/sets/reach.ts';
import { depth } from '../support/depth.ts';
import { firstAddress, type ModelRule, type ModelSource, printAddress, printIpv4, spellOut } from './oracle.ts';

/** Number of random firewalls, or pairs of firewalls, for each law. */
export const runs = depth({ quick: 100, full: 10_000, deep: 1_000_000 });

/** Few bases and lengths, so that overlaps, adjacent networks and equal networks are common. Includes the ends of the address space. */
const networks4 = fc
  .tuple(
    fc.constantFrom(0n, 0x0a000000n, 0x0a000010n, 0xc0a80100n, 0xfffffff0n),
    fc.nat(15),
    fc.constantFrom(0, 1, 7, 8, 28, 29, 30, 31, 32),
  )
  .map(([base, offset, length]): ModelSource => {
    return { family: 4, bits: (base + BigInt(offset)) >> BigInt(32 - length), length };
  });

const networks6 = fc
  .tuple(
    fc.constantFrom(0n, 0x20010db8n << 96n, (0x20010db8n << 96n) + 16n, 0xffffn << 32n, (1n << 128n) - 16n),
    fc.nat(15),
    fc.constantFrom(0, 1, 32, 64, 96, 124, 126, 127, 128),
  )
  .map(([base, offset, length]): ModelSource => {
    return { family: 6, bits: (base + BigInt(offset)) >> BigInt(128 - length), length };
  });

const names = fc
  .constantFrom(
    'alias:lightsail-connect',
    'alias:other',
    'unparsed:10.0.0.0/33',
    'unparsed: 10.0.0.0/8',
    'unparsed:fe80::1%eth0',
  )
  .map((name): ModelSource => ({ family: 'name', name }));

const sources = fc.array(
  fc.oneof({ weight: 5, arbitrary: networks4 }, { weight: 3, arbitrary: networks6 }, { weight: 1, arbitrary: names }),
  {
    minLength: 0,
    maxLength: 4,
  },
);

interface PortModel {
  protocols: readonly ReachProtocol[];
  from: number;
  to: number;
  text: Pick<PortState, 'protocol' | 'fromPort' | 'toPort'>;
}

const ports = fc
  .tuple(
    fc.constantFrom('tcp', 'TCP', 'udp'),
    fc.constantFrom(0, 1, 2, 3, 21, 22, 80),
    fc.constantFrom(0, 1, 2, 20, 65513),
  )
  .map(([protocol, from, more]): PortModel => {
    const to = Math.min(65535, from + more);
    const lower = protocol === 'udp' ? 'udp' : 'tcp';
    return { protocols: [lower], from, to, text: { protocol, fromPort: from, toPort: to } };
  });

const icmp = fc
  .tuple(
    fc.constantFrom('icmp', 'icmpv6', 'icmp6', 'ICMP'),
    fc.constantFrom(-1, 0, 3, 8, 255),
    fc.constantFrom(-1, 0, 1, 255),
  )
  .map(([protocol, type, code]): PortModel => {
    const protocols = [protocol.toLowerCase() === 'icmp' ? ('icmp' as const) : ('icmpv6' as const)];
    const text = { protocol, fromPort: type, toPort: code };
    if (type === -1) return { protocols, from: 0, to: 65535, text };
    if (code === -1) return { protocols, from: type * 256, to: type * 256 + 255, text };
    return { protocols, from: type * 256 + code, to: type * 256 + code, text };
  });

const everything = fc
  .constantFrom(
    { protocol: 'all', fromPort: 0, toPort: 65535 },
    { protocol: '-1', fromPort: -1, toPort: -1 },
    { protocol: 'All' },
    { protocol: 'all', fromPort: 22, toPort: 22 },
  )
  .map((text): PortModel => ({ protocols: ['tcp', 'udp', 'icmp', 'icmpv6', 'other'], from: 0, to: 65535, text }));

const unknown = fc.constantFrom(20, 22).map((from): PortModel => {
  return { protocols: ['unknown:sctp'], from, to: 30, text: { protocol: 'sctp', fromPort: from, toPort: 30 } };
});

const portModels = fc.oneof(
  { weight: 6, arbitrary: ports },
  { weight: 3, arbitrary: icmp },
  { weight: 1, arbitrary: everything },
  { weight: 1, arbitrary: unknown },
);

/** One spelling of a network: bare or with its length, with host bits, IPv6 with all digits, in capitals, or ending as IPv4. */
export function spell(source: ModelSource, style: number): string {
  if (source.family === 'name') return source.name.replace(/^(alias|unparsed):/, '');
  const { family, length } = source;
  const hostBits = (family === 4 ? 32 : 128) - length;
  const host = style % 3 === 0 && hostBits > 0 ? (1n << BigInt(hostBits)) - 1n : 0n;
  const address = firstAddress(source, family) + host;
  const suffix = hostBits === 0 && style % 2 === 1 ? '' : `/${length}`;
  if (family === 4) return printIpv4(address) + suffix;
  const full = spellOut(address);
  const texts = [
    printAddress(6, address),
    full,
    full.toUpperCase(),
    full.replace(/(^|:)0{1,3}/g, '$1'),
    `${full.slice(0, 30)}${printIpv4(address & 0xffffffffn)}`,
  ];
  return texts[style % texts.length] + suffix;
}

/** The field in which a source is listed: usually that of its own family, sometimes that of the other family. */
function listOf(source: ModelSource, style: number): 'cidrs' | 'ipv6Cidrs' | 'cidrListAliases' {
  if (source.family === 'name')
    return source.name.startsWith('alias:') ? 'cidrListAliases' : style % 2 ? 'cidrs' : 'ipv6Cidrs';
  return (source.family === 4) === (style % 11 !== 7) ? 'cidrs' : 'ipv6Cidrs';
}

const absentLists = [undefined, null, []] as const;

const rules: fc.Arbitrary<ModelRule> = fc
  .tuple(portModels, sources, fc.array(fc.nat(1000), { minLength: 8, maxLength: 8 }))
  .map(([model, drawn, styles]) => buildRule(model, drawn, styles));

export function buildRule(model: PortModel, drawn: readonly ModelSource[], styles: readonly number[]): ModelRule {
  const text: Record<string, unknown> = { ...model.text, state: styles[4]! % 5 === 0 ? undefined : 'open' };
  (['cidrs', 'ipv6Cidrs', 'cidrListAliases'] as const).forEach((list, i) => {
    const spelled = drawn.flatMap((source, s) =>
      listOf(source, styles[s]!) === list ? [spell(source, styles[s]!)] : [],
    );
    text[list] = spelled.length > 0 ? spelled : absentLists[styles[5 + i]! % 3];
  });
  const meant: readonly ModelSource[] = drawn.length > 0 ? drawn : [{ family: 'name', name: 'unspecified' }];
  return { protocols: model.protocols, from: model.from, to: model.to, sources: meant, text: text as PortState };
}

export const firewalls = fc.array(rules, { minLength: 0, maxLength: 5 });

/** Two firewalls that share about half of their rules, like two successive answers. */
export const pairs = fc
  .tuple(firewalls, firewalls, fc.array(rules, { maxLength: 3 }))
  .map(([a, b, shared]): [ModelRule[], ModelRule[]] => [
    [...a, ...shared],
    [...shared, ...b],
  ]);

export function textOf(model: readonly ModelRule[]): PortState[] {
  return model.map(({ text }) => text);
}
