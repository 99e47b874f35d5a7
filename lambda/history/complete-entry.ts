/** Computes the difference of an entry that had no room for it, from the rules before and after. */
import { compareFirewalls, exposureOf, type Firewall } from '../firewall/index.ts';
import type { HistoryEntry, Replaced } from './entry.ts';
import { firewallOf, type WithRules } from './firewall-of.ts';

/**
 * Instant of the entry that holds the rules before `entry`, of the same instance or of the instance that it replaces. `null`: there is no
 * entry with these rules.
 */
export function rulesBeforeAt(entry: HistoryEntry): string | null {
  return entry.previousRulesAt ?? entry.replaces?.rulesAt ?? null;
}

/**
 * Returns the entry with its difference. `before`: the entry at `rulesBeforeAt(entry)`. If that entry is needed and no longer exists, the
 * difference stays left out (`differenceLeftOut` stays set). Returns a complete entry unchanged.
 */
export function completeEntry(entry: HistoryEntry, before: WithRules | null): HistoryEntry {
  if (!entry.differenceLeftOut) return entry;
  const old = firewallOf(before);
  const now = firewallOf(entry);
  if (rulesBeforeAt(entry) !== null && old === null) return entry;
  const { differenceLeftOut: _, ...whole } = entry;
  if (entry.kind === 'gone') return { ...whole, closed: old === null ? [] : exposureOf(old).reach };
  if (now === null) return whole;
  if (entry.kind === 'changed') {
    if (old === null) return entry;
    const { opened, closed, dormant, notes } = compareFirewalls(old, now);
    return { ...whole, opened, closed, dormant, notes };
  }
  const { reach, dormant, notes } = exposureOf(now);
  const replaces = entry.replaces === null ? null : completeReplaced(entry.replaces, old, now);
  return { ...whole, opened: reach, dormant, notes, replaces };
}

function completeReplaced(replaced: Replaced, old: Firewall | null, now: Firewall): Replaced {
  if (old === null) return replaced;
  const { opened, closed } = compareFirewalls(old, now);
  return { ...replaced, exposure: exposureOf(old).reach, opened, closed };
}
