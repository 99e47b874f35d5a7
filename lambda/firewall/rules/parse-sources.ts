import type { SourceSet } from '../sets/source-set.ts';
import { parseNetwork } from './parse-network.ts';
import { encodeValue, type RawRule } from './rule-encoding.ts';
import { aliasPrefix, lightsailConnect, unparsedPrefix, unspecified } from './source-names.ts';

/** An unusual source: the code of a note, and the text of the source. */
export interface SourceOddity {
  code: 'host-bits' | 'other-family' | 'source-not-understood' | 'unknown-alias' | 'unspecified-source';
  text: string;
}

interface SourceReading {
  sources: SourceSet;
  oddities: SourceOddity[];
}

/**
 * Accepts every value and drops nothing: a text that is not a network is a source with this text as its name. A rule without sources has
 * the source `unspecified`.
 */
export function parseSources(rule: RawRule): SourceReading {
  const reading: SourceReading = { sources: { v4: [], v6: [], names: [] }, oddities: [] };
  const { cidrs, ipv6Cidrs, cidrListAliases } = rule;
  readList(cidrs, reading, (text) => readNetwork(text, 4, reading));
  readList(ipv6Cidrs, reading, (text) => readNetwork(text, 6, reading));
  readList(cidrListAliases, reading, (text) => readAlias(text, reading));
  const { v4, v6, names } = reading.sources;
  if (v4.length + v6.length + names.length === 0) {
    names.push(unspecified);
    reading.oddities.push({ code: 'unspecified-source', text: '' });
  }
  return reading;
}

/** A missing list, `null` and `[]` contain no source. Any other value that is not a list is kept as one source. */
function readList(list: unknown, reading: SourceReading, readText: (text: string) => void): void {
  if (list == null) return;
  if (!Array.isArray(list)) {
    keepUnparsed(encodeValue(list), reading);
    return;
  }
  for (const element of list) {
    if (typeof element === 'string') readText(element);
    else keepUnparsed(encodeValue(element), reading);
  }
}

function readNetwork(text: string, family: 4 | 6, { sources, oddities }: SourceReading): void {
  const network = parseNetwork(text);
  if (network === null) {
    keepUnparsed(text, { sources, oddities });
    return;
  }
  if (network.family === 4) sources.v4.push(network.start, network.end);
  else sources.v6.push(network.start, network.end);
  if (network.hasHostBits) oddities.push({ code: 'host-bits', text });
  if (network.family !== family) oddities.push({ code: 'other-family', text });
}

function readAlias(text: string, { sources, oddities }: SourceReading): void {
  sources.names.push(aliasPrefix + text);
  if (text !== lightsailConnect) oddities.push({ code: 'unknown-alias', text });
}

function keepUnparsed(text: string, { sources, oddities }: SourceReading): void {
  sources.names.push(unparsedPrefix + text);
  oddities.push({ code: 'source-not-understood', text });
}
