/** Parses a port, a range of ports, a protocol or a service. An ambiguous text is an error. */
import { findServicePort, listServiceNames } from '../../lambda/firewall/wording/service-names.ts';
import { CommandError } from '../command-error.ts';
import type { PortQuery } from '../questions/port-query.ts';
import { suggestName } from '../text/suggest-name.ts';

export type QueriedPorts = Omit<PortQuery, 'source'>;

const portExamples = '22, tcp/22, "udp 53", 8000-9000, ssh, mysql, icmp or all';

const lastPort = 65_535;

/** For an invalid text, throws CommandError with the text, the expected form and examples. */
export function parsePortQuery(text: string): QueriedPorts {
  const words = text.trim().toLowerCase().replaceAll(/\s+/g, ' ');
  const found = parseWhole(words) ?? parseIcmp(words, text) ?? parsePorts(words, text) ?? findService(words);
  if (found !== null) return found;
  const services = listServiceNames().map((name) => name.toLowerCase());
  const hint = suggestName(words, services, '');
  throw new CommandError(
    `"${text}" is not a port or a service that Portwatch knows; expected one such as ${portExamples}${hint === '' ? '.' : `; ${hint}`}`,
  );
}

/** The name of a protocol means all ports of the protocol; `all` and `any` mean every protocol. */
function parseWhole(words: string): QueriedPorts | null {
  if (words === 'all' || words === 'any') return { protocol: null, from: 0, to: lastPort };
  const protocol = (['tcp', 'udp', 'icmp', 'icmpv6', 'other'] as const).find((name) => name === words);
  return protocol === undefined ? null : { protocol, from: 0, to: lastPort };
}

/**
 * Parses texts such as `icmp 8`, `icmp/8/0`, `icmpv6 type 128 code 0` and `ping`. The range is `type * 256 + code` in place of ports;
 * without a code the range has every code. Returns `null` for a text of another form. Throws CommandError for a type or a code above 255.
 */
function parseIcmp(words: string, text: string): QueriedPorts | null {
  if (words === 'ping') return { protocol: 'icmp', from: 8 * 256, to: 8 * 256 + 255 };
  const found = /^(icmp|icmpv6)[ /](?:type )?(\d{1,5})(?:(?:\/|:|,? code )(\d{1,5}))?$/.exec(words);
  if (found === null) return null;
  const [, name, type = '', code] = found;
  const [first, last] = code === undefined ? [0, 255] : [Number(code), Number(code)];
  if (Number(type) > 255 || last > 255)
    throw new CommandError(
      `"${text}" is not an ICMP type and code; expected both from 0 to 255, such as icmp/8 or icmp/3/4.`,
    );
  const protocol = name === 'icmp' ? 'icmp' : 'icmpv6';
  return { protocol, from: Number(type) * 256 + first, to: Number(type) * 256 + last };
}

function parsePorts(words: string, text: string): QueriedPorts | null {
  const found =
    /^(?:(tcp|udp)[ /:]?)?(\d{1,9})(?:-(\d{1,9}))?$/.exec(words) ??
    /^(?:)(\d{1,9})(?:-(\d{1,9}))?[ /](tcp|udp)$/.exec(words);
  if (found === null) return null;
  const [protocol, first, last] = /^\d/.test(found[1] ?? '') ? [found[3], found[1], found[2]] : found.slice(1);
  const from = Number(first);
  const to = Number(last ?? first);
  if (from > lastPort || to > lastPort)
    throw new CommandError(`"${text}" is not a port; expected numbers from 0 to ${lastPort}, such as ${portExamples}.`);
  if (from > to)
    throw new CommandError(`"${text}" is in the wrong order; expected the lower port first, such as 8000-9000.`);
  return { protocol: protocol === 'tcp' || protocol === 'udp' ? protocol : null, from, to };
}

function findService(words: string): QueriedPorts | null {
  const service = findServicePort(words);
  return service === null ? null : { protocol: service.protocol, from: service.port, to: service.port };
}
