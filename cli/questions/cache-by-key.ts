/**
 * Returns the function with a cache: one call for each key, unless the value is `null` or `undefined`. Equal keys must mean equal values.
 * The default key is the first argument.
 */
export function cacheByKey<Given extends unknown[], Value>(
  compute: (...given: Given) => Value,
  keyOf: (...given: Given) => unknown = (...[first]) => first,
): (...given: Given) => Value {
  const known = new Map<unknown, Value>();
  return (...given) => {
    const key = keyOf(...given);
    const found = known.get(key) ?? compute(...given);
    known.set(key, found);
    return found;
  };
}
