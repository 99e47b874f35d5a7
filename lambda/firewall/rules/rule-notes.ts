/**
 * The notes about unusual rules. The codes are stable, for programs. The texts quote values of the rules as Lightsail returned them. Each
 * quoted value is cut to 300 characters or less.
 */

import type { Note } from '../sets/reach.ts';
import type { PortReading } from './parse-protocol-and-ports.ts';
import type { SourceOddity } from './parse-sources.ts';
import { encodeStart, type RawRule } from './rule-encoding.ts';

const portTexts: Readonly<Record<NonNullable<PortReading['oddity']>, string>> = {
  'ports-of-all': 'protocol "all" with other ports than 0-65535; read as everything',
  'icmp-any-type-with-code': 'every ICMP type (-1) with one code; read as all ICMP',
  'ports-not-understood': 'its ports are missing, out of range or out of order; read as every port',
  'unknown-protocol': 'a protocol that is not known; kept as one of its own and rated as open to the world',
};

export function noteOddPorts(rule: RawRule, oddity: NonNullable<PortReading['oddity']>): Note {
  return { code: oddity, text: `${nameRule(rule)}: ${portTexts[oddity]}.` };
}

const sourceTexts: Readonly<Record<SourceOddity['code'], string>> = {
  'host-bits': 'names a host inside its network; read as the network',
  'other-family': 'is in the list of the other address family; read by its own family',
  'source-not-understood': 'is not a network; kept as it is and rated as open to the world',
  'unknown-alias': 'is an alias that is not known; kept as it is and rated as open to the world',
  'unspecified-source': 'it names no source at all; rated as open to the world',
};

export function noteOddSource(rule: RawRule, { code, text }: SourceOddity): Note {
  const subject = code === 'unspecified-source' ? '' : `the source ${quote(text)} `;
  return { code, text: `${nameRule(rule)}: ${subject}${sourceTexts[code]}.` };
}

export function noteState(rule: RawRule, state: unknown): Note {
  if (state === 'closed')
    return { code: 'state-closed', text: `${nameRule(rule)}: its state is "closed"; it lets nothing through.` };
  return { code: 'state-unknown', text: `${nameRule(rule)}: its state is ${show(state)}; read as open.` };
}

export function noteUnknownField(rule: RawRule, field: string): Note {
  return {
    code: unknownField,
    text: `${nameRule(rule)}: not fully understood, it has a field ${quote(field)} that is not known; compared by its text and rated as open to the world.`,
  };
}

export function noteUnknownFieldChanged(rule: unknown, side: 'opened' | 'closed'): Note {
  const code = side === 'opened' ? unknownFieldOpened : unknownFieldClosed;
  const change = side === 'opened' ? 'is new' : 'is no longer there';
  return { code, text: `A rule that is not fully understood ${change}: ${cut(encodeStart(rule, 301), 300)}` };
}

/**
 * The codes of the notes about rules with an unknown field. With `unknownField`, the exposure counts as open to the world; with
 * `unknownFieldOpened`, the opened part of the change.
 */
export const unknownField = 'unknown-field';
export const unknownFieldOpened = 'unknown-field-opened';
export const unknownFieldClosed = 'unknown-field-closed';

export function hasNote(notes: readonly Note[], ...codes: readonly string[]): boolean {
  return notes.some(({ code }) => codes.includes(code));
}

export function noteNotARule(value: unknown): Note {
  return {
    code: 'not-a-rule',
    text: `${show(value)} stands where a rule should be; kept as a rule of its own and rated as open to the world.`,
  };
}

export function noteDormantChanged(): Note {
  return {
    code: 'dormant-changed',
    text: 'Only rules changed that are dormant with the addresses the instance has now.',
  };
}

/** Returns each note once, in an order that does not depend on the order of the rules. */
export function canonicaliseNotes(notes: readonly Note[]): Note[] {
  const isNew = (note: Note, i: number, all: readonly Note[]) =>
    i === 0 || compareNotes(all[i - 1] ?? note, note) !== 0;
  return notes.toSorted(compareNotes).filter(isNew);
}

function compareNotes(a: Note, b: Note): number {
  if (a.code !== b.code) return a.code < b.code ? -1 : 1;
  if (a.text === b.text) return 0;
  return a.text < b.text ? -1 : 1;
}

function nameRule({ protocol, fromPort, toPort }: RawRule): string {
  const ports = fromPort === toPort ? show(fromPort) : `${show(fromPort)} to ${show(toPort)}`;
  return `Rule ${typeof protocol === 'string' ? cut(protocol, 100) : show(protocol)} ${ports}`;
}

function show(value: unknown): string {
  return value === undefined ? 'none' : cut(encodeStart(value, 101), 100);
}

function quote(text: string): string {
  return JSON.stringify(cut(text, 100));
}

function cut(text: string, maxLength: number): string {
  return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
}
