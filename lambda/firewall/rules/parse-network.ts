/**
 * Parses IP networks strictly: only the spellings of RFC 4632 and RFC 4291. Octal numbers, short IPv4 addresses (`10.1`), blanks, zone ids
 * and too large prefix lengths are refused. A lenient parser would read `10.0.0.0/33` as a host, and hide the value that Lightsail
 * returned.
 */

/** Number of addresses of each family. */
export const ipv4Size = 2 ** 32;
export const ipv6Size = 1n << 128n;

/** A network as a half-open interval of addresses. `hasHostBits`: the text names a host inside the network (`10.1.2.3/8`). */
type Network =
  | { family: 4; start: number; end: number; prefix: number; hasHostBits: boolean }
  | { family: 6; start: bigint; end: bigint; prefix: number; hasHostBits: boolean };

/** The longest legal text: six groups, an embedded IPv4 address, and `/128`. */
const maxTextLength = 'ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255/128'.length;

const world4: Network = { family: 4, start: 0, end: ipv4Size, prefix: 0, hasHostBits: false };
const world6: Network = { family: 6, start: 0n, end: ipv6Size, prefix: 0, hasHostBits: false };

/** `null`: the text is not a network. An address without a prefix length is a network of one address. */
export function parseNetwork(text: string): Network | null {
  if (text === '0.0.0.0/0') return world4;
  if (text === '::/0') return world6;
  if (text.length > maxTextLength) return null;
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const prefixText = slash < 0 ? null : text.slice(slash + 1);
  return address.includes(':') ? parseNetwork6(address, prefixText) : parseNetwork4(address, prefixText);
}

function parseNetwork4(address: string, prefixText: string | null): Network | null {
  const value = parseIpv4(address);
  const prefix = parsePrefix(prefixText, 32);
  if (value === null || prefix === null) return null;
  const size = 2 ** (32 - prefix);
  const start = value - (value % size);
  return { family: 4, start, end: start + size, prefix, hasHostBits: start !== value };
}

function parseNetwork6(address: string, prefixText: string | null): Network | null {
  const value = parseIpv6(address);
  const prefix = parsePrefix(prefixText, 128);
  if (value === null || prefix === null) return null;
  if (prefix === 128) return { family: 6, start: value, end: value + 1n, prefix, hasHostBits: false };
  const hostBits = BigInt(128 - prefix);
  const start = (value >> hostBits) << hostBits;
  return { family: 6, start, end: start + (1n << hostBits), prefix, hasHostBits: start !== value };
}

function parsePrefix(text: string | null, width: number): number | null {
  if (text === null) return width;
  if (!/^(?:0|[1-9][0-9]{0,2})$/.test(text)) return null;
  const prefix = Number(text);
  return prefix <= width ? prefix : null;
}

const zero = 48;
const dot = 46;

/**
 * Parses four decimal bytes without leading zeros; `null` for any other text. Compares character codes, because parsing rules spends most
 * of its time in this function.
 */
function parseIpv4(text: string): number | null {
  let value = 0;
  let byte = -1;
  let dots = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === dot) {
      if (byte < 0) return null;
      value = value * 256 + byte;
      byte = -1;
      dots += 1;
    } else {
      const digit = code - zero;
      // No leading zeros: some programs read them as octal.
      if (digit < 0 || digit > 9 || byte === 0) return null;
      byte = byte < 0 ? digit : byte * 10 + digit;
      if (byte > 255) return null;
    }
  }
  return dots === 3 && byte >= 0 ? value * 256 + byte : null;
}

const colon = 58;

/**
 * Parses eight hexadecimal groups; `null` for any other text. `::` replaces groups of zeros, and an IPv4 address can replace the last two
 * groups.
 */
function parseIpv6(text: string): bigint | null {
  const groups: number[] = [];
  // The number of groups before "::"; -1 if the text has no "::".
  let gap = text.startsWith('::') ? 0 : -1;
  let at = gap === 0 ? 2 : 0;
  while (at < text.length) {
    const next = text.indexOf(':', at);
    const end = next < 0 ? text.length : next;
    const parsed = next < 0 && text.includes('.', at) ? parseEmbeddedIpv4(text.slice(at)) : parseGroup(text, at, end);
    if (parsed === null) return null;
    groups.push(...parsed);
    at = end + 1;
    if (next < 0) break;
    if (text.charCodeAt(at) === colon) {
      if (gap >= 0) return null;
      gap = groups.length;
      at += 1;
    } else if (at === text.length) return null;
  }
  const missing = 8 - groups.length;
  // "::" replaces one or more groups (RFC 4291, 2.2).
  if (gap < 0 ? missing !== 0 : missing < 1) return null;
  return joinGroups(groups, gap, missing);
}

function parseGroup(text: string, start: number, end: number): [number] | null {
  if (end === start || end - start > 4) return null;
  let value = 0;
  for (let i = start; i < end; i += 1) {
    const digit = hexDigits.indexOf(text.charAt(i));
    if (digit < 0) return null;
    value = value * 16 + (digit < 16 ? digit : digit - 6);
  }
  return [value];
}

const hexDigits = '0123456789abcdefABCDEF';

function parseEmbeddedIpv4(text: string): [number, number] | null {
  const value = parseIpv4(text);
  return value === null ? null : [Math.floor(value / 65536), value % 65536];
}

function joinGroups(groups: readonly number[], gap: number, missing: number): bigint {
  const words: [number, number, number, number] = [0, 0, 0, 0];
  for (const [i, group] of groups.entries()) {
    const place = gap >= 0 && i >= gap ? i + missing : i;
    const word = place >> 1;
    words[word] = (words[word] ?? 0) + (place % 2 === 0 ? group * 65536 : group);
  }
  const [a, b, c, d] = words;
  return (((BigInt(a) << 32n) | BigInt(b)) << 64n) | (BigInt(c) << 32n) | BigInt(d);
}
