/**
 * Parses a `PortInfo` of Open, Put and Close, refuses what the service's model and documents refuse, and applies the defaults.
 *
 * The meaning of a missing source list is only partly documented. Known: a rule without any source is open to the world, IPv4 and IPv6. Not
 * documented: the other address family when only one is given, and both families when only an alias is given. The caller can select a
 * behaviour of `undocumented-behaviour.ts`. By default this stand-in assumes the most dangerous meaning: **each missing or empty family
 * becomes the world** (`0.0.0.0/0`, `::/0`), also with an alias. So a command that does not name its sources opens a port here, and a test
 * that compares exposures fails.
 *
 * Also not documented, and chosen here as the default: a bare address is stored as /32 or /128, other CIDRs unchanged; `all` is stored as
 * 0-65535.
 */
import { isIPv4, isIPv6 } from 'node:net';
import { Refusal } from '../wire/reply.ts';
import type { LightsailReadings } from './undocumented-behaviour.ts';

/** A rule in the form of the answers. */
export interface PortRule {
  fromPort: number;
  toPort: number;
  protocol: string;
  state: 'open';
  cidrs: string[];
  ipv6Cidrs: string[];
  cidrListAliases: string[];
}

/** The checked fields of a `PortInfo`, before `toPortRule` fills empty source lists. Every source has a prefix length. */
export type ParsedPortInfo = Omit<PortRule, 'state'>;

const protocols = ['tcp', 'udp', 'all', 'icmp', 'icmpv6'];

/** Lightsail user guide: the API allows 60 source addresses for IPv4 and 60 for IPv6. */
const maxSourcesPerFamily = 60;

export function invalidInput(message: string): Refusal {
  const docs =
    'https://lightsail.aws.amazon.com/ls/docs/en_us/articles/understanding-firewall-and-port-mappings-in-amazon-lightsail';
  return new Refusal({
    name: 'InvalidInputException',
    message,
    code: 'InvalidInputException',
    docs,
    tip: 'Check your input.',
  });
}

/** Throws InvalidInputException. */
export function parsePortInfo(value: unknown): ParsedPortInfo {
  if (typeof value !== 'object' || value === null) throw invalidInput('A portInfo is missing, or is not an object.');
  const given: Record<string, unknown> = { ...value };
  const protocol = parseProtocol(given['protocol']);
  const [fromPort, toPort] = parsePorts(protocol, given['fromPort'], given['toPort']);
  return {
    fromPort,
    toPort,
    protocol,
    cidrs: parseList('cidrs', given['cidrs'], parseIpv4Cidr),
    ipv6Cidrs: parseList('ipv6Cidrs', given['ipv6Cidrs'], parseIpv6Cidr),
    cidrListAliases: parseList('cidrListAliases', given['cidrListAliases'], parseAlias),
  };
}

/** Throws InvalidInputException, also for an empty list, because the documents do not state that an empty list closes everything. */
export function parsePortInfos(value: unknown): ParsedPortInfo[] {
  if (!Array.isArray(value) || value.length === 0) throw invalidInput('portInfos is missing, empty, or not a list.');
  const infos = value.map(parsePortInfo);
  for (const family of ['cidrs', 'ipv6Cidrs'] as const) {
    if (countSources(infos, family) > maxSourcesPerFamily) {
      throw invalidInput(`More than ${maxSourcesPerFamily} source addresses in ${family}.`);
    }
  }
  return infos;
}

/** Applies the defaults that are described at the start of this file, and the spelling of the answer. */
export function toPortRule(info: ParsedPortInfo, readings: LightsailReadings): PortRule {
  const isWorld = opensMissingFamily(info, readings);
  const spell = (sources: string[]) =>
    readings.bareAddress === 'bare' ? sources.map((source) => source.replace(/\/(32|128)$/, '')) : sources;
  const isAll = info.protocol === 'all' && readings.allProtocol === 'minus-one';
  const isEveryCode = info.protocol.startsWith('icmp') && readings.icmp === 'every-code';
  return {
    ...info,
    ...(isAll && { protocol: '-1', fromPort: -1, toPort: -1 }),
    ...(isEveryCode && { toPort: -1 }),
    state: 'open',
    cidrs: isWorld && info.cidrs.length === 0 ? ['0.0.0.0/0'] : spell(info.cidrs),
    ipv6Cidrs: isWorld && info.ipv6Cidrs.length === 0 ? ['::/0'] : spell(info.ipv6Cidrs),
  };
}

function opensMissingFamily(
  info: ParsedPortInfo,
  { missingFamily, aliasAlone, noSources }: LightsailReadings,
): boolean {
  if (info.cidrs.length > 0 || info.ipv6Cidrs.length > 0) return missingFamily === 'world';
  return info.cidrListAliases.length > 0 ? aliasAlone === 'world' : noSources === 'world';
}

/** One spelling for each source, for comparisons: a bare address is a network of one address. */
export function toSource(source: unknown): string {
  const text = String(source).toLowerCase();
  if (text.includes('/')) return text;
  if (isIPv4(text)) return `${text}/32`;
  return isIPv6(text) ? `${text}/128` : text;
}

function parseProtocol(value: unknown): string {
  // Upper case is accepted: the AWS CLI's own example has `protocol=TCP`.
  const protocol = typeof value === 'string' ? value.toLowerCase() : '';
  if (!protocols.includes(protocol)) {
    throw invalidInput(`protocol must be one of ${protocols.join(', ')}; got ${JSON.stringify(value)}.`);
  }
  return protocol;
}

function parsePorts(protocol: string, from: unknown, to: unknown): [number, number] {
  for (const port of [from, to]) {
    if (port === undefined && protocol === 'all') continue;
    if (typeof port !== 'number' || !Number.isInteger(port) || port < -1 || port > 65535) {
      throw invalidInput(`A port must be a whole number from -1 to 65535; got ${JSON.stringify(port)}.`);
    }
  }
  if (protocol === 'all') return [0, 65535];
  const [first, last] = [Number(from), Number(to)];
  if (protocol.startsWith('icmp')) {
    if (first > 255 || last > 255) throw invalidInput(`ICMP types and codes end at 255; got ${first}/${last}.`);
  } else if (first < 0 || last < first) {
    throw invalidInput(`Not a range of ${protocol} ports: ${first}-${last}.`);
  }
  return [first, last];
}

function parseList(name: string, value: unknown, parse: (text: string) => string): string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalidInput(`${name} must be a list.`);
  const texts = value.map((text) => {
    if (typeof text !== 'string') throw invalidInput(`${name} must hold strings; got ${JSON.stringify(text)}.`);
    return parse(text);
  });
  return [...new Set(texts)];
}

function parseIpv4Cidr(text: string): string {
  const [address = '', length = '32', ...rest] = text.split('/');
  if (rest.length > 0 || !isIPv4(address) || !/^(\d|[12]\d|3[0-2])$/.test(length)) {
    throw invalidInput(`Not an IPv4 address or CIDR block: ${JSON.stringify(text)}.`);
  }
  return `${address}/${length}`;
}

function parseIpv6Cidr(text: string): string {
  const [address = '', length = '128', ...rest] = text.split('/');
  const isLength = /^(\d|[1-9]\d|1[01]\d|12[0-8])$/.test(length);
  if (rest.length > 0 || !isIPv6(address) || address.includes('%') || !isLength) {
    throw invalidInput(`Not an IPv6 address or CIDR block: ${JSON.stringify(text)}.`);
  }
  return `${address}/${length}`;
}

function parseAlias(text: string): string {
  if (text !== 'lightsail-connect')
    throw invalidInput(`The only alias is lightsail-connect; got ${JSON.stringify(text)}.`);
  return text;
}

/** Counts the sources except `0.0.0.0/0` and `::/0`, because the quota does not count these two. */
function countSources(infos: ParsedPortInfo[], family: 'cidrs' | 'ipv6Cidrs'): number {
  return infos.flatMap((info) => info[family]).filter((cidr) => !cidr.endsWith('/0')).length;
}
