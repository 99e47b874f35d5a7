/** Compares the rules before and after an entry that was stored without `opened` and `closed`, because the item had no room for them. */
import { compareFirewalls, exposureOf, type Firewall } from '../firewall/index.ts';
import type { HistoryEntry, Replaced } from './entry.ts';
import { firewallOf, type WithRules } from './firewall-of.ts';

/**
 * Returns the instant of the entry with the rules that were in force before `entry`. For an instance that replaces another instance of the
 * same name, these are the rules of the replaced instance. `null`: there is no entry with these rules.
 */
export function rulesBeforeAt(entry: HistoryEntry): string | null {
  return entry.previousRulesAt ?? entry.replaces?.rulesAt ?? null;
}

/**
 * Computes the fields that are empty because of `differenceLeftOut`. `before`: the entry at the instant `rulesBeforeAt(entry)`. Returns
 * `entry` unchanged if `entry` is complete, or if `before` is needed and no longer exists.
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
