/**
 * Returns a function that calls `compute` once for each key and then returns the stored value. The values `null` and `undefined` are
 * computed again at each call. Calls with equal keys must have equal values. The default key is the first argument.
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
