/**
 * Encodes rules as unambiguous text, so that the rules of two answers of Lightsail can be compared field by field before they are
 * interpreted. The order of the fields, and of the elements of the three source lists, has no meaning and does not change the text. Never
 * throws: the encoder has its own stack, because `JSON.stringify` overflows on deep nesting.
 */

/** The fields of a rule that are understood; their order here is their order in the encoding. */
const scalarFields = ['protocol', 'fromPort', 'toPort', 'state'] as const;
const sourceFields = ['cidrs', 'ipv6Cidrs', 'cidrListAliases'] as const;
const knownFields: ReadonlySet<string> = new Set([...scalarFields, ...sourceFields]);

/** A rule as Lightsail returned it: an object with any fields. */
export type RawRule = Readonly<Record<string, unknown>>;

export function isRawRule(value: unknown): value is RawRule {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value that is not a list is read as one rule. */
export function listRules(rules: unknown): readonly unknown[] {
  return Array.isArray(rules) ? rules : [rules];
}

/** The names of all fields that are set (also to `null`) and not known, sorted. */
export function listUnknownFields(rule: RawRule): string[] {
  const names: string[] = [];
  for (const name of Object.keys(rule)) if (!knownFields.has(name) && rule[name] !== undefined) names.push(name);
  return names.length > 1 ? names.sort() : names;
}

/**
 * Returns texts that are equal if and only if the rules are equal field by field. The text of a documented rule is a JSON array. The text
 * of any other object starts with `{`, the text of a value that is not an object with `=`. So the three kinds cannot be confused.
 */
export function encodeRule(rule: unknown): string {
  if (!isRawRule(rule)) return `=${encodeValue(rule)}`;
  const unknownFields = listUnknownFields(rule);
  return (unknownFields.length === 0 ? encodeUsualRule(rule) : null) ?? encodeUnusualRule(rule, unknownFields);
}

/** The fastest encoding, for almost every rule. `null`: a field is missing, or its type is not the documented one. */
function encodeUsualRule(rule: RawRule): string | null {
  const { protocol, fromPort, toPort, state } = rule;
  if (typeof protocol !== 'string' || typeof state !== 'string') return null;
  if (!Number.isFinite(fromPort) || !Number.isFinite(toPort)) return null;
  const [cidrs, ipv6Cidrs, aliases] = [
    sortTexts(rule['cidrs']),
    sortTexts(rule['ipv6Cidrs']),
    sortTexts(rule['cidrListAliases']),
  ];
  if (cidrs === null || ipv6Cidrs === null || aliases === null) return null;
  return JSON.stringify([protocol, fromPort, toPort, state, cidrs, ipv6Cidrs, aliases]);
}

function sortTexts(list: unknown): readonly unknown[] | null {
  if (!Array.isArray(list)) return null;
  for (let i = 0; i < list.length; i += 1) if (typeof list[i] !== 'string') return null;
  return list.length > 1 ? list.toSorted() : list;
}

/** Writes each text with its length in front and without escapes, so that no text can look like several fields. */
function encodeUnusualRule(rule: RawRule, unknownFields: readonly string[]): string {
  let text = '{';
  for (const name of scalarFields) if (rule[name] !== undefined) text += `${name}=${encodeField(rule[name])},`;
  for (const name of sourceFields) if (rule[name] !== undefined) text += `${name}=${encodeList(rule[name])},`;
  for (const name of unknownFields) text += `${encodeField(name)}=${encodeValue(rule[name])},`;
  return `${text}}`;
}

/**
 * True if both lists certainly have the same encoding, as for an unchanged instance. Builds no text, so it is fast. False: the encodings
 * must be compared.
 */
export function areSurelySame(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (!isSurelySame(a[i], b[i])) return false;
  return true;
}

function isSurelySame(a: unknown, b: unknown): boolean {
  if (!isRawRule(a) || !isRawRule(b)) return false;
  for (const name of scalarFields) if (a[name] !== b[name]) return false;
  for (const name of sourceFields) if (!isSameTextList(a[name], b[name])) return false;
  return listUnknownFields(a).length === 0 && listUnknownFields(b).length === 0;
}

function isSameTextList(a: unknown, b: unknown): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (typeof a[i] !== 'string' || a[i] !== b[i]) return false;
  return true;
}

function encodeField(value: unknown): string {
  return typeof value === 'string' ? `${value.length}:${value}` : encodeValue(value);
}

function encodeList(list: unknown): string {
  if (!Array.isArray(list)) return encodeField(list);
  return `[${Array.from(list, encodeField).sort().join(',')}]`;
}

/** JSON with sorted keys. `undefined`, a function or a symbol is written as its type. */
export function encodeValue(value: unknown): string {
  return encodeStart(value, Number.POSITIVE_INFINITY);
}

/**
 * Returns the start of the text that `encodeValue` returns: at least `minLength` characters, or all of a shorter text. Only the start of a
 * huge value is shown, so the rest is not encoded.
 */
export function encodeStart(value: unknown, minLength: number): string {
  return typeof value === 'object' && value !== null ? encodeTree(value, minLength) : encodeLeaf(value);
}

function encodeLeaf(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  // -0 becomes "0", as in JSON. Infinity, which JSON can contain as 1e999, does not become null.
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value);
  return typeof value === 'bigint' ? `${value}n` : typeof value;
}

/** A piece of text, or a value that is not encoded yet. */
type Pending = { text: string } | { value: unknown };

function encodeTree(root: object, minLength: number): string {
  let out = '';
  const stack: Pending[] = [{ value: root }];
  for (let next = stack.pop(); next !== undefined && out.length < minLength; next = stack.pop()) {
    if ('text' in next) out += next.text;
    else if (typeof next.value !== 'object' || next.value === null) out += encodeLeaf(next.value);
    else pushMembers(stack, next.value);
  }
  return out;
}

/** Pushes the last member first, because the stack returns its elements in reverse. */
function pushMembers(stack: Pending[], node: object): void {
  const isList = Array.isArray(node);
  const members: [label: string, value: unknown][] = isList
    ? Array.from(node, (value): [string, unknown] => ['', value])
    : Object.entries(node)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, value]): [string, unknown] => [`${JSON.stringify(key)}:`, value]);
  stack.push({ text: isList ? ']' : '}' });
  for (let i = members.length - 1; i >= 0; i -= 1) {
    const [label, value] = members[i] ?? ['', null];
    stack.push({ value }, { text: (i === 0 ? '' : ',') + label });
  }
  stack.push({ text: isList ? '[' : '{' });
}
