/**
 * The text by which two answers are compared before anything is understood: every field of every rule, in an order that does not
 * depend on the answer's, unambiguous. Order of rules, of fields and within the three source lists carries no meaning and is
 * taken out; nothing else is. Never throws: the encoder keeps its own stack, as `JSON.stringify` overflows on deep nesting.
 */

/** The fields of a rule that are understood; their order here is their order in the encoding. */
const scalarFields = ['protocol', 'fromPort', 'toPort', 'state'] as const;
const sourceFields = ['cidrs', 'ipv6Cidrs', 'cidrListAliases'] as const;
const knownFields: ReadonlySet<string> = new Set([...scalarFields, ...sourceFields]);

/** A rule as it came: an object of whatever fields. */
export type RawRule = Readonly<Record<string, unknown>>;

export function isRawRule(value: unknown): value is RawRule {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The rules, whatever came in their place: something that is not a list is one rule that nobody understands. */
export function listRules(rules: unknown): readonly unknown[] {
  return Array.isArray(rules) ? rules : [rules];
}

/** Names of the fields that carry something and that this program does not know, sorted. */
export function listUnknownFields(rule: RawRule): string[] {
  const names: string[] = [];
  for (const name of Object.keys(rule)) if (!knownFields.has(name) && rule[name] !== undefined) names.push(name);
  return names.length > 1 ? names.sort() : names;
}

/**
 * Equal if and only if both rules say the same, field by field. A rule as the API documents it is a JSON array; any other object
 * starts with `{`, and what is no object with `=`, so that nothing is taken for anything else.
 */
export function encodeRule(rule: unknown): string {
  if (!isRawRule(rule)) return `=${encodeValue(rule)}`;
  const unknownFields = listUnknownFields(rule);
  return (unknownFields.length === 0 ? encodeUsualRule(rule) : null) ?? encodeUnusualRule(rule, unknownFields);
}

/** Nearly every rule there is, and much the fastest. `null` where a field is missing or of another type than documented. */
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

/** Texts carry their length instead of escapes, so that no text can pass for more than itself. */
function encodeUnusualRule(rule: RawRule, unknownFields: readonly string[]): string {
  let text = '{';
  for (const name of scalarFields) if (rule[name] !== undefined) text += `${name}=${encodeField(rule[name])},`;
  for (const name of sourceFields) if (rule[name] !== undefined) text += `${name}=${encodeList(rule[name])},`;
  for (const name of unknownFields) text += `${encodeField(name)}=${encodeValue(rule[name])},`;
  return `${text}}`;
}

/** The rules' encodings, sorted. */
export function encodeRules(rules: readonly unknown[]): string[] {
  return Array.from(rules, encodeRule).sort();
}

/**
 * Do both lists surely have the same encoding? The common case, an unchanged instance answered in the same order, without building any
 * text. `false` says nothing.
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

/** JSON with sorted keys. What JSON cannot say is named by its type. */
export function encodeValue(value: unknown): string {
  return encodeStart(value, Number.POSITIVE_INFINITY);
}

/** The same, as far as `minLength` characters at least: a huge value need not be written whole to show how it begins. */
export function encodeStart(value: unknown, minLength: number): string {
  return typeof value === 'object' && value !== null ? encodeTree(value, minLength) : encodeLeaf(value);
}

function encodeLeaf(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  // "0" for -0, as JSON has it; but Infinity, which JSON can hold as 1e999, is not null.
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value);
  return typeof value === 'bigint' ? `${value}n` : typeof value;
}

/** Still to be written: a piece of text, or a value. */
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

/** Last first, as the stack hands them back in reverse. */
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
