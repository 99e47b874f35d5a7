import type { z } from 'zod/mini';
import { hideUrl, renderGot } from './render-given-value.ts';
import { partDescriptions, settingDescriptions } from './setting-descriptions.ts';
import { findSimilarNames } from './similar-names.ts';

const descriptions: Readonly<typeof partDescriptions> = { ...settingDescriptions, ...partDescriptions };

/** Where a value was given. For props, the texts name neither a file nor options. */
export type Origin = 'configuration' | 'props';

/**
 * Returns one line for each problem: the key, the value that was given, the values that are expected, and what to do. `input`: the whole
 * value that was checked.
 *
 * URLs are not shown, because the URL of a webhook is a secret. People sometimes give this URL in place of the parameter's name.
 */
export function renderProblem(issue: z.core.$ZodIssue, input: unknown, origin: Origin): string[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => renderUnknownKey([...issue.path, key]));
  const inside = findIssuesInside(issue);
  if (inside.length > 0) return inside.flatMap((one) => renderProblem(one, input, origin));
  return [`${nameOf(issue.path)}: got ${renderGot(valueAt(input, issue.path))}, ${renderExpected(issue, origin)}`];
}

/**
 * If a setting accepts a list or an object, returns the problems of the form that was given. Returns an empty list if the value is neither
 * a list nor an object, or if no text describes the parts of the setting.
 */
function findIssuesInside(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union' || knownKeysUnder(issue.path).length === 0) return [];
  const ofType = issue.errors.filter((issues) =>
    issues.every(({ code, path }) => !(code === 'invalid_type' && path.length === 0)),
  );
  return ofType.length === 1 ? (ofType[0] ?? []).map((one) => ({ ...one, path: [...issue.path, ...one.path] })) : [];
}

/** Renders, for example, `expected 1 to 9. The default is 5.` for the value at `path`. Returns `message` if no text describes this path. */
export function renderExpected({ path, message }: Pick<z.core.$ZodIssue, 'path' | 'message'>, origin: Origin): string {
  const found = descriptions[patternOf(path)] ?? descriptions[patternOf(path.slice(0, -1))];
  if (!found) return message;
  const howToGive = origin === 'configuration' && found.howToGive ? `${found.howToGive} ` : '';
  return `expected ${found.expected}. ${howToGive}${found.remedy ?? `The default is ${found.byDefault}.`}`;
}

/** `siblings`: the known keys of the same object. */
export function renderUnknownKey(
  path: readonly PropertyKey[],
  siblings: readonly string[] = knownKeysUnder(path.slice(0, -1)),
): string {
  const [nearest] = findSimilarNames(String(path.at(-1)), siblings);
  const advice = nearest ? `Did you mean ${nearest}?` : `Known are: ${siblings.join(', ')}.`;
  return `${nameOf(path)}: there is no such key. ${advice}`;
}

function nameOf(path: readonly PropertyKey[]): string {
  return path.length === 0 ? 'the configuration' : hideUrl(path.map(String).join('.'));
}

/** Converts a path to a key of `partDescriptions`: `email.1` becomes `email.*`, and each tag becomes `tags.*`. */
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

function knownKeysUnder(path: readonly PropertyKey[]): string[] {
  if (path.length === 0) return Object.keys(settingDescriptions);
  const prefix = `${patternOf(path)}.`;
  return Object.keys(descriptions)
    .filter((key) => key.startsWith(prefix))
    .map((key) => key.slice(prefix.length))
    .filter((key) => key !== '*' && !key.includes('.'));
}
