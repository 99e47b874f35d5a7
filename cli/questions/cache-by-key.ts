/** The function with a cache: each value is computed once. Arguments with equal keys must have equal values. */
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
