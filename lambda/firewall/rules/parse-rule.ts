/**
 * Decides the reach of one rule, by the table "How answers are read" of docs/exposure.md. Does not rate and does not compare. Never throws.
 * An unusual rule gets a note, and a value that is not understood gets the widest possible meaning.
 */

import type { Note } from '../sets/reach.ts';
import { axisSize, type Rectangle } from '../sets/rectangle.ts';
import { parseProtocolAndPorts } from './parse-protocol-and-ports.ts';
import { parseSources } from './parse-sources.ts';
import { encodeRule, encodeValue, isRawRule, listUnknownFields, type RawRule } from './rule-encoding.ts';
import { noteNotARule, noteOddPorts, noteOddSource, noteState, noteUnknownField } from './rule-notes.ts';
import { unspecified } from './source-names.ts';

export interface RuleReading {
  rectangles: Rectangle[];
  notes: Note[];
  /** True if the rule has unknown fields. A comparison matches such a rule only with an equal rule. */
  hasUnknownField: boolean;
}

export function parseRule(rule: unknown): RuleReading {
  if (!isRawRule(rule)) return readNonRule(rule);
  const notes: Note[] = [];
  const ports = parseProtocolAndPorts(rule);
  const { sources, oddities } = parseSources(rule);
  if (ports.oddity !== null) notes.push(noteOddPorts(rule, ports.oddity));
  for (const oddity of oddities) notes.push(noteOddSource(rule, oddity));
  const isOpen = readState(rule, notes);
  const unknownFields = listUnknownFields(rule);
  for (const field of unknownFields) notes.push(noteUnknownField(rule, field));
  const hasUnknownField = unknownFields.length > 0;
  const identity = hasUnknownField ? encodeRule(rule) : null;
  const rectangles = ports.protocols.map((protocol): Rectangle => {
    const space = identity === null ? protocol : JSON.stringify([protocol, identity]);
    return { space, protocol, from: ports.from, end: ports.end, sources };
  });
  return { rectangles: isOpen ? rectangles : [], notes, hasUnknownField };
}

/**
 * Returns true if the rule lets traffic through. By the API reference, `state` is always `open`. A rule with `closed` lets nothing through.
 * Any other value counts as open, so that no exposure is missed.
 */
function readState(rule: RawRule, notes: Note[]): boolean {
  const { state } = rule;
  if (state === 'open' || state == null) return true;
  notes.push(noteState(rule, state));
  return state !== 'closed';
}

/** Reads a value that is a list, or no object at all, as a rule for an unknown protocol: on every port, from the source `unspecified`. */
function readNonRule(value: unknown): RuleReading {
  const protocol = `unknown:${encodeValue(value)}` as const;
  const sources = { v4: [], v6: [], names: [unspecified] };
  const rectangle: Rectangle = { space: protocol, protocol, from: 0, end: axisSize, sources };
  return { rectangles: [rectangle], notes: [noteNotARule(value)], hasUnknownField: false };
}
