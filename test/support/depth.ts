/**
 * The depth of the tests: how many random cases, seeds and histories each of them tries. This file is the only place that knows it.
 *
 * - `npm test` (quick): every promise on few cases, in at most 90 seconds on two cores.
 * - `npm run test:all` (full): the same tests on many cases. `.ci/run` runs it.
 * - `npm run test:deep` (deep): the laws of the exposure on a hundred times as many cases as in `full`, which takes an hour.
 *
 * The npm scripts choose the depth by the environment variable PORTWATCH_DEPTH; without the variable, the depth is quick.
 */
const depths = ['quick', 'full', 'deep'] as const;

type Depth = (typeof depths)[number];

const chosenDepth = parseDepth(process.env['PORTWATCH_DEPTH'] ?? 'quick');

function parseDepth(value: string): Depth {
  const depth = depths.find((known) => known === value);
  if (depth === undefined) throw new Error(`PORTWATCH_DEPTH is "${value}"; expected one of ${depths.join(', ')}`);
  return depth;
}

/** The value for the chosen depth. `deep` is by default the value of `full`. */
export function depth<Value>({ quick, full, deep = full }: { quick: Value; full: Value; deep?: Value }): Value {
  return { quick, full, deep }[chosenDepth];
}
