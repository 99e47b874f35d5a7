/** What a history says of an instant: the plain reading that a person makes of the entries, for comparison with the truth. */

import type { PortState } from '../../lambda/firewall/port-state.ts';
import type { HistoryEntry, InstanceFacts } from '../../lambda/history/entry.ts';

export interface StateAt {
  status: 'unseen' | 'known' | 'unknown' | 'gone';
  /** The last known firewall; `null`: there is none. */
  rules: readonly PortState[] | null;
  instance: InstanceFacts | null;
}

/** `entries`: oldest first. An entry is in force from its own instant on. */
export function stateAt(entries: readonly HistoryEntry[], at: string): StateAt {
  const entry = entries.findLast((one) => one.at <= at);
  if (entry === undefined) return { status: 'unseen', rules: null, instance: null };
  if (entry.kind === 'gone') return { status: 'gone', rules: null, instance: null };
  const status = entry.kind === 'gap' ? 'unknown' : 'known';
  const holder = entry.rules ? entry : entries.find((one) => one.at === entry.previousRulesAt);
  return { status, rules: holder?.rules ?? null, instance: holder?.instance ?? null };
}
