/** A person's own configuration, checked strictly: every problem at once, each with what was got and what is expected. */

import { encodeStart, isRawRule } from '../rules/rule-encoding.ts';
import { expectedProtocols } from './expected-protocols.ts';
import { readWidestSource } from './widest-source.ts';

const fields = ['instance', 'region', 'protocol', 'ports', 'widestSource', 'reason', 'until'];
/** At least one of these, or the entry would silence everything. */
const narrowingFields = ['instance', 'protocol', 'ports', 'widestSource'];

/** The problems of one element of `expected`; none: it is an `ExpectedChange`. Never throws. */
export function checkExpectedChange(value: unknown): string[] {
  if (!isRawRule(value)) return [`got ${show(value)}; expected an object with a reason and what is expected`];
  const problems = Object.keys(value)
    .filter((name) => !fields.includes(name))
    .map((name) => `${show(name)} is not a field; expected one of ${fields.join(', ')}`);
  const check = (name: string, isRight: (it: unknown) => boolean, wanted: string) => {
    if (value[name] !== undefined && !isRight(value[name]))
      problems.push(`${name}: got ${show(value[name])}; expected ${wanted}`);
  };
  check('instance', isText, 'the name of an instance, * and ? allowed');
  check('region', isText, 'the name of a region, like eu-west-1');
  check('protocol', isProtocol, `one of ${expectedProtocols.join(', ')}`);
  check('ports', isPorts, '{"from": 22, "to": 22}, two whole numbers from 0 to 65535 in order');
  check('widestSource', isWidestSource, 'a network (203.0.113.0/24), a prefix length (/32) or lightsail-connect');
  check('until', isInstant, 'a day like 2026-12-31 or an instant like 2026-12-31T18:00:00Z');
  if (!isText(value['reason']))
    problems.push(`reason: got ${show(value['reason'])}; expected why this is expected, in words`);
  return [...problems, ...checkTogether(value)];
}

function checkTogether(value: Readonly<Record<string, unknown>>): string[] {
  const problems: string[] = [];
  if (narrowingFields.every((name) => value[name] === undefined))
    problems.push(
      `expected at least one of ${narrowingFields.join(', ')}: without any, every change would be expected`,
    );
  const { protocol, ports } = value;
  if (ports !== undefined && typeof protocol === 'string' && protocol.toLowerCase().startsWith('icmp'))
    problems.push(`ports: got ${show(ports)} with protocol ${show(protocol)}; expected ports with tcp or udp only`);
  return problems;
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}

function isProtocol(value: unknown): boolean {
  const known: readonly string[] = expectedProtocols;
  return typeof value === 'string' && known.includes(value.toLowerCase());
}

function isPorts(value: unknown): boolean {
  if (!isRawRule(value) || Object.keys(value).some((name) => name !== 'from' && name !== 'to')) return false;
  const { from, to } = value;
  return isPort(from) && isPort(to) && from <= to;
}

function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 65535;
}

function isWidestSource(value: unknown): boolean {
  return typeof value === 'string' && readWidestSource(value) !== null;
}

/** A day, or an instant that names its zone; and one that the calendar has. */
function isInstant(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  const [, day] =
    /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/.exec(value) ?? [];
  if (day === undefined || Number.isNaN(Date.parse(value))) return false;
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}

function show(value: unknown): string {
  const text = value === undefined ? 'nothing' : encodeStart(value, maxShown + 1);
  return text.length > maxShown ? `${text.slice(0, maxShown)}…` : text;
}

const maxShown = 100;
