import { aliasPrefix, lightsailConnect, unparsedPrefix, unspecified } from '../rules/source-names.ts';
import type { SourceSet } from '../sets/rectangle.ts';
import { renderPrintable } from './printable.ts';
import { findSourceTerms, type SourceTerm } from './source-terms.ts';

/** How many things a full list of the sources would name. */
export function countSources(sources: SourceSet): number {
  const terms = findTerms(sources);
  return terms.reduce((sum, { exceptions }) => sum + 1 + exceptions.length, 0);
}

/** `anywhere`, `203.0.113.0/24, 198.51.100.7/32 and 3 more`, `10.0.0.0/8 except 10.1.0.0/16`. The set is canonical. */
export function describeSources(sources: SourceSet, maxSources: number): string {
  const terms = findTerms(sources);
  const texts: string[] = [];
  let room = Math.max(1, maxSources);
  for (const term of terms) {
    if (room === 0) break;
    const shown = Math.min(room - 1, term.exceptions.length);
    texts.push(renderTerm(term, shown, terms.length > 1));
    room -= 1 + shown;
  }
  const hidden = terms.length - texts.length;
  return texts.join(', ') + (hidden > 0 ? ` and ${hidden} more` : '');
}

/** With more terms than one the exceptions are set apart, or the next term would read as one of them. */
function renderTerm({ base, exceptions }: SourceTerm, shown: number, isOneOfMany: boolean): string {
  if (exceptions.length === 0) return base;
  const hidden = exceptions.length - shown;
  const more = hidden > 0 ? ` and ${hidden} more` : '';
  const text =
    shown === 0
      ? `with ${hidden} ${hidden === 1 ? 'exception' : 'exceptions'}`
      : `except ${exceptions.slice(0, shown).join(', ')}${more}`;
  return isOneOfMany ? `${base} (${text})` : `${base} ${text}`;
}

function findTerms(sources: SourceSet): SourceTerm[] {
  const names = sources.names.map((name) => ({ base: nameSource(name), exceptions: [] }));
  return [...nameWorld(findSourceTerms(sources)), ...names];
}

/** Both families' worlds together are "anywhere"; one alone says which it is. */
function nameWorld(terms: readonly SourceTerm[]): SourceTerm[] {
  const world4 = terms.find(({ base }) => base === '0.0.0.0/0');
  const world6 = terms.find(({ base }) => base === '::/0');
  const rest = terms.filter((term) => term !== world4 && term !== world6);
  if (world4 !== undefined && world6 !== undefined)
    return [{ base: 'anywhere', exceptions: [...world4.exceptions, ...world6.exceptions] }, ...rest];
  const world = world4 ?? world6;
  return world === undefined ? rest : [{ ...world, base: `anywhere (${world.base})` }, ...rest];
}

function nameSource(name: string): string {
  if (name === unspecified) return 'a source that is not named';
  if (name === aliasPrefix + lightsailConnect) return 'lightsail-connect (SSH and RDP in the browser)';
  if (name.startsWith(aliasPrefix)) return `the alias "${renderPrintable(name.slice(aliasPrefix.length))}"`;
  const text = name.startsWith(unparsedPrefix) ? name.slice(unparsedPrefix.length) : name;
  return `"${renderPrintable(text)}" (not understood)`;
}
