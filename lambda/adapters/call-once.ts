/** Returns a function that calls `make` once, at its first call, and always returns the same value. */
export function callOnce<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
