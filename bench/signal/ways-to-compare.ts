/** The ways to compare firewalls. Each function gets a pair of the corpus, and returns true if this way of comparing reports a change. */
import { isDeepStrictEqual } from 'node:util';
import { compareFirewalls } from '../../lambda/firewall/index.ts';
import type { PortState } from '../../lambda/firewall/rules/port-state.ts';
import { compareText } from '../../lambda/history/compare-text.ts';
import type { CorpusPair } from '../../test/corpus/load-corpus.ts';

/** Portwatch sends an alert for every verdict except these two. `rewritten` is only recorded. */
const silentVerdicts = ['identical', 'rewritten'];

export function isReportedByPortwatch({ before, after, ipAddressType }: CorpusPair): boolean {
  const difference = compareFirewalls(
    { rules: before, ipAddressType: ipAddressType?.before },
    { rules: after, ipAddressType: ipAddressType?.after },
  );
  return !silentVerdicts.includes(difference.verdict);
}

/** Reports a change unless the rules are deeply equal. Another order of fields is no change; another order of a list is a change. */
export function isReportedByJsonDiff({ before, after }: CorpusPair): boolean {
  return !isDeepStrictEqual(before, after);
}

/** Reports a change unless the rules are deeply equal. The order of the rules and the order of their sources do not count. */
export function isReportedByUnorderedDiff({ before, after }: CorpusPair): boolean {
  return !isDeepStrictEqual(sortRules(before), sortRules(after));
}

function sortRules(rules: readonly PortState[]): string[] {
  return rules.map((rule) => JSON.stringify(Object.entries(rule).map(sortList).sort(byName))).sort();
}

function sortList([name, value]: [string, unknown]): [string, unknown] {
  return [name, Array.isArray(value) ? [...value].sort() : value];
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return compareText(a, b);
}
