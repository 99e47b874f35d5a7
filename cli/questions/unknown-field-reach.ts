/** Decides which part of a firewall counts as open to any source: an unknown field of a rule can widen the sources of the rule. */
import { type Exposure, exposureOf, type Reach } from '../../lambda/firewall/index.ts';
import { parseRule } from '../../lambda/firewall/rules/parse-rule.ts';
import { unknownField } from '../../lambda/firewall/rules/rule-notes.ts';
import type { HistoryEntry } from '../../lambda/history/entry.ts';

/** The open reach of the rules with unknown fields. `exposure`: the exposure of `entry`. */
export function listOddReach(exposure: Exposure | null, entry: HistoryEntry | null): Reach[] {
  if (exposure === null || entry === null || !exposure.notes.some(({ code }) => code === unknownField)) return [];
  const rules = (entry.rules ?? []).filter((rule) => parseRule(rule).hasUnknownField);
  return exposureOf({ rules, ipAddressType: entry.instance?.ipAddressType }).reach;
}
