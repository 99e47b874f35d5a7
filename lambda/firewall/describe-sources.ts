import { canonicaliseReach } from './canonical-reach.ts';
import { renderPrintable } from './printable.ts';
import { aliasPrefix, lightsailConnect, unparsedPrefix, unspecified } from './source-names.ts';

/** Plain version: replaced by shortest sentences. */
export function describeSources(sources: readonly string[], maxSources: number): string {
  const [reach] = canonicaliseReach([{ protocol: 'other', from: 0, to: 0, sources: [...sources] }]);
  const canonical = reach?.sources ?? [];
  const world4 = canonical.includes('0.0.0.0/0');
  const world6 = canonical.includes('::/0');
  const rest = canonical.filter((s) => s !== '0.0.0.0/0' && s !== '::/0').map(nameSource);
  const world = world4 ? (world6 ? ['anywhere'] : ['anywhere (0.0.0.0/0)']) : world6 ? ['anywhere (::/0)'] : [];
  const all = [...world, ...rest];
  if (all.length <= maxSources) return all.join(', ');
  return `${all.slice(0, maxSources).join(', ')} and ${all.length - maxSources} more`;
}

function nameSource(source: string): string {
  if (source === unspecified) return 'no source named (counts as anywhere)';
  if (source === aliasPrefix + lightsailConnect) return 'lightsail-connect (SSH and RDP in the browser)';
  if (source.startsWith(aliasPrefix)) return `alias "${renderPrintable(source.slice(aliasPrefix.length))}"`;
  if (source.startsWith(unparsedPrefix))
    return `"${renderPrintable(source.slice(unparsedPrefix.length))}" (not understood)`;
  return renderPrintable(source);
}
