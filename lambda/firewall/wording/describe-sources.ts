import { rankBlock } from '../rating/measure-audience.ts';
import { sortByRank } from '../rating/rank-reach.ts';
import { aliasPrefix, lightsailConnect, unparsedPrefix, unspecified } from '../rules/source-names.ts';
import type { SourceSet } from '../sets/source-set.ts';
import { type AddressBlock, findFewestNetworks, isWholeFamily, renderBlock } from './fewest-networks.ts';
import { replaceUnprintable } from './replace-unprintable.ts';

/** The number of sources and exceptions that a description without a limit names. */
export function countSources(sources: SourceSet): number {
  const terms = findTerms(sources);
  return terms.reduce((sum, { exceptions }) => sum + 1 + exceptions.length, 0);
}

/**
 * Returns, for example, `anywhere`, `203.0.113.0/24, 198.51.100.7/32 and 3 more` or `10.0.0.0/8 except 10.1.0.0/16`. The text lists the
 * widest sources: first networks in the order of their addresses, then named sources. `maxSources` limits the number of sources and
 * exceptions together. `sources` must be canonical.
 */
export function describeSources(sources: SourceSet, maxSources: number): string {
  const terms = findTerms(sources);
  const texts = new Map<SourceTerm, string>();
  let room = Math.max(1, maxSources);
  for (const term of sortByRank(terms, rankTerm)) {
    if (room === 0) break;
    const shown = Math.min(room - 1, term.exceptions.length);
    texts.set(term, renderTerm(term, shown, terms.length > 1));
    room -= 1 + shown;
  }
  const hidden = terms.length - texts.size;
  const list = terms.flatMap((term) => texts.get(term) ?? []).join(', ');
  return list + (hidden > 0 ? ` and ${hidden} more` : '');
}

/** All sources of `base`, a name or a network, except those of `exceptions`. */
interface SourceTerm {
  base: string | AddressBlock;
  exceptions: readonly AddressBlock[];
}

/** Every name except `lightsail-connect` ranks as open to the world. */
function rankTerm({ base }: SourceTerm): number {
  if (typeof base !== 'string') return rankBlock(base);
  return base === connectName ? 2 : 0;
}

/** With several terms, exceptions are in parentheses. Otherwise the next term would look like an exception. */
function renderTerm({ base, exceptions }: SourceTerm, shown: number, isOneOfMany: boolean): string {
  const name = typeof base === 'string' ? base : renderBlock(base);
  if (exceptions.length === 0) return name;
  const hidden = exceptions.length - shown;
  const more = hidden > 0 ? ` and ${hidden} more` : '';
  const text =
    shown === 0
      ? `with ${hidden} ${hidden === 1 ? 'exception' : 'exceptions'}`
      : `except ${exceptions.slice(0, shown).map(renderBlock).join(', ')}${more}`;
  return isOneOfMany ? `${name} (${text})` : `${name} ${text}`;
}

/**
 * A completely open family comes first. Both families together become `anywhere`. One completely open family becomes `anywhere` with its
 * CIDR.
 */
function findTerms(sources: SourceSet): SourceTerm[] {
  const networks = findFewestNetworks(sources);
  const wholes = networks.filter(({ base }) => isWholeFamily(base));
  const rest = networks.filter(({ base }) => !isWholeFamily(base));
  const names = sources.names.map((name) => ({ base: nameSource(name), exceptions: [] }));
  if (wholes.length === 2)
    return [{ base: 'anywhere', exceptions: wholes.flatMap(({ exceptions }) => exceptions) }, ...rest, ...names];
  const anywhere = wholes.map((whole) => ({ ...whole, base: `anywhere (${renderBlock(whole.base)})` }));
  return [...anywhere, ...rest, ...names];
}

const connectName = 'lightsail-connect (SSH and RDP in the browser)';

function nameSource(name: string): string {
  if (name === unspecified) return 'a source that is not named';
  if (name === aliasPrefix + lightsailConnect) return connectName;
  if (name.startsWith(aliasPrefix)) return `the alias "${replaceUnprintable(name.slice(aliasPrefix.length))}"`;
  const text = name.startsWith(unparsedPrefix) ? name.slice(unparsedPrefix.length) : name;
  return `"${replaceUnprintable(text)}" (not understood)`;
}
