import type { z } from 'zod';
import { expectations } from './config-expectations.ts';
import { configSchema } from './config-schema.ts';

const longestGot = 80;

/**
 * One line for a person: where, what was got, what is expected, what to do. `input` is what the schema was given.
 * Never shows the URL of a webhook that was put where its parameter's name belongs.
 */
export function renderProblem(issue: z.core.$ZodIssue, input: unknown): string[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => renderUnknownKey([...issue.path, key]));
  const words = expectations[patternOf(issue.path)] ?? expectations[patternOf(issue.path.slice(0, -1))];
  const expected = words ? `expected ${words.expected}. ${words.remedy}` : issue.message;
  return [`${nameOf(issue.path)}: got ${renderGot(valueAt(input, issue.path))}, ${expected}`];
}

export function renderUnknownKey(path: readonly PropertyKey[]): string {
  const siblings = knownKeysUnder(path.slice(0, -1));
  const nearest = findNearest(String(path.at(-1)), siblings);
  const advice = nearest ? `Did you mean ${nearest}?` : `Known are: ${siblings.join(', ')}.`;
  return `${nameOf(path)}: there is no such key. ${advice}`;
}

function nameOf(path: readonly PropertyKey[]): string {
  return path.length === 0 ? 'the configuration' : path.map(String).join('.');
}

/** `email.1` is found under `email.*`, and so are tags, whose keys are anybody's. */
function patternOf(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => (typeof part === 'number' || (index > 0 && path[0] === 'tags') ? '*' : String(part)))
    .join('.');
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    input,
  );
}

function renderGot(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string' && /^https?:/i.test(value)) return 'a URL';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > longestGot ? `${text.slice(0, longestGot)}…` : text;
}

function knownKeysUnder(path: readonly PropertyKey[]): string[] {
  const top = Object.keys(configSchema.shape);
  if (path.length === 0) return top;
  const prefix = `${patternOf(path)}.`;
  return Object.keys(expectations)
    .filter((key) => key.startsWith(prefix) && !key.slice(prefix.length).includes('.'))
    .map((key) => key.slice(prefix.length));
}

/** A key that was not written out; or near enough for a slip: at most a third of the letters differ, or two; case aside. */
function findNearest(given: string, known: readonly string[]): string | undefined {
  const writtenOut = known.find((key) => given.length >= 4 && key.toLowerCase().startsWith(given.toLowerCase()));
  if (writtenOut) return writtenOut;
  const distanceTo = (key: string) => editDistance(given.toLowerCase(), key.toLowerCase());
  const [nearest] = known.toSorted((one, other) => distanceTo(one) - distanceTo(other));
  return nearest && distanceTo(nearest) <= Math.max(2, Math.floor(nearest.length / 3)) ? nearest : undefined;
}

function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
