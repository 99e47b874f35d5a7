/**
 * Decides what changed between two firewalls: which (protocol, port, source) opened, and which closed. The running version parses the rules
 * of both firewalls, so a new release that parses rules in another way does not report a change for that reason alone.
 */

import { type LiveFamilies, readLiveFamilies, splitByFamily } from './rules/dormant-rules.ts';
import { parseRule, type RuleReading } from './rules/parse-rule.ts';
import type { Firewall, PortState } from './rules/port-state.ts';
import { areSurelySame, encodeRule, listRules } from './rules/rule-encoding.ts';
import { canonicaliseNotes, noteDormantChanged, noteUnknownFieldChanged } from './rules/rule-notes.ts';
import { mergeRectangles, subtractRectangles, toReach } from './sets/canonical-reach.ts';
import { areEqualLists } from './sets/intervals.ts';
import type { FirewallDiff, Note, Reach, Verdict } from './sets/reach.ts';
import type { Rectangle } from './sets/rectangle.ts';
import { afterSide, beforeSide, bothSides, type SidedRectangle, sweepDifference } from './sets/sweep-difference.ts';

/**
 * Compares two lists of rules as if the instance had IPv4 and IPv6 addresses, so that every rule has an effect. `identical`: the same rules
 * in any order. `rewritten`: different rules with the same exposure. `notes`: about the rules of both lists; empty if the rules are
 * identical. Never throws, whatever the rules contain.
 */
export function diffFirewalls(before: readonly PortState[], after: readonly PortState[]): FirewallDiff {
  const rules = pairRules(before, after);
  if (rules === null) return identical();
  return diffRules(rules, 'both', 'both').diff;
}

/**
 * Compares the live rules of both firewalls. The rules of an address family that the instance lacks (`ipAddressType`) are dormant. The
 * field `dormant` is the reach of the dormant rules of `after`. `identical`: the same rules, and the same live exposure. If the rules
 * differ and the live exposure is the same, the verdict is `rewritten`. With `rewritten`, a note shows if the dormant exposure changed.
 */
export function compareFirewalls(before: Firewall, after: Firewall): FirewallDiff & { dormant: Reach[] } {
  const familiesBefore = readLiveFamilies(before.ipAddressType);
  const familiesAfter = readLiveFamilies(after.ipAddressType);
  const rules = pairRules(before.rules, after.rules);
  if (rules === null && familiesBefore === familiesAfter && familiesAfter === 'both')
    return { ...identical(), dormant: [] };
  const pairs = rules ?? pairEqualRules(after.rules);
  const { diff, dormantBefore, dormantAfter } = diffRules(pairs, familiesBefore, familiesAfter);
  const dormant = toReach(mergeRectangles(dormantAfter));
  const isRewritten = diff.verdict === 'rewritten';
  if (isRewritten && rules === null) return { ...identical(), dormant };
  if (isRewritten && !areSameSet(dormantBefore, dormantAfter))
    diff.notes = canonicaliseNotes([...diff.notes, noteDormantChanged()]);
  return { ...diff, dormant };
}

function identical(): FirewallDiff {
  return { verdict: 'identical', opened: [], closed: [], notes: [] };
}

/** A rule; copies of the rule are left out. `sides`: the sides that contain the rule: `beforeSide`, `afterSide` or `bothSides`. */
interface PairedRule {
  rule: unknown;
  sides: number;
}

/** `null`: both sides have the same rules, which is the usual case. */
function pairRules(before: unknown, after: unknown): PairedRule[] | null {
  const rulesBefore = listRules(before);
  const rulesAfter = listRules(after);
  if (areSurelySame(rulesBefore, rulesAfter)) return null;
  const encodedBefore = Array.from(rulesBefore, encodeRule);
  const encodedAfter = Array.from(rulesAfter, encodeRule);
  if (areSameTexts(encodedBefore, encodedAfter)) return null;
  const paired = new Map<string, PairedRule>();
  for (const [i, text] of encodedBefore.entries()) paired.set(text, { rule: rulesBefore[i], sides: beforeSide });
  for (const [i, text] of encodedAfter.entries()) {
    const sides = (paired.get(text)?.sides ?? 0) | afterSide;
    paired.set(text, { rule: rulesAfter[i], sides });
  }
  return [...paired.values()];
}

function pairEqualRules(rules: unknown): PairedRule[] {
  return Array.from(listRules(rules), (rule) => ({ rule, sides: bothSides }));
}

/** True for the same texts in any order. The order is usually the same, so the texts are compared before they are sorted. */
function areSameTexts(a: readonly string[], b: readonly string[]): boolean {
  return areEqualLists(a, b) || (a.length === b.length && areEqualLists(a.toSorted(), b.toSorted()));
}

function diffRules(
  paired: readonly PairedRule[],
  familiesBefore: LiveFamilies,
  familiesAfter: LiveFamilies,
): { diff: FirewallDiff; dormantBefore: Rectangle[]; dormantAfter: Rectangle[] } {
  const live: SidedRectangle[] = [];
  const dormantBefore: Rectangle[] = [];
  const dormantAfter: Rectangle[] = [];
  const notes: Note[] = [];
  for (const { rule, sides } of paired) {
    const reading = parseRule(rule);
    for (const note of reading.notes) notes.push(note);
    for (const note of noteChange(rule, sides, reading)) notes.push(note);
    if (familiesBefore === familiesAfter && familiesAfter === 'both') {
      for (const rectangle of reading.rectangles) live.push({ rectangle, sides });
      continue;
    }
    if (sides & beforeSide) pushSplit(reading, familiesBefore, beforeSide, live, dormantBefore);
    if (sides & afterSide) pushSplit(reading, familiesAfter, afterSide, live, dormantAfter);
  }
  const difference = sweepDifference(live);
  const opened = toReach(mergeSpaces(difference.opened));
  const closed = toReach(mergeSpaces(difference.closed));
  const diff = { verdict: decideVerdict(opened, closed), opened, closed, notes: canonicaliseNotes(notes) };
  return { diff, dormantBefore, dormantAfter };
}

function pushSplit(
  { rectangles }: RuleReading,
  families: LiveFamilies,
  sides: number,
  live: SidedRectangle[],
  dormant: Rectangle[],
): void {
  const split = splitByFamily(rectangles, families);
  for (const rectangle of split.live) live.push({ rectangle, sides });
  for (const rectangle of split.dormant) dormant.push(rectangle);
}

function noteChange(rule: unknown, sides: number, { hasUnknownField }: RuleReading): Note[] {
  if (!hasUnknownField || sides === bothSides) return [];
  return [noteUnknownFieldChanged(rule, sides === afterSide ? 'opened' : 'closed')];
}

/**
 * Merges the reach of rules with an unknown field into the other reach. `sweepDifference` compared each of these rules in a `space` of its
 * own. Without such rules, its result is canonical already.
 */
function mergeSpaces(rectangles: Rectangle[]): Rectangle[] {
  return rectangles.every(({ space, protocol }) => space === protocol) ? rectangles : mergeRectangles(rectangles);
}

function areSameSet(a: readonly Rectangle[], b: readonly Rectangle[]): boolean {
  return subtractRectangles(a, b).length === 0 && subtractRectangles(b, a).length === 0;
}

function decideVerdict(opened: readonly Reach[], closed: readonly Reach[]): Verdict {
  if (opened.length === 0) return closed.length === 0 ? 'rewritten' : 'narrowed';
  return closed.length === 0 ? 'widened' : 'mixed';
}
