/**
 * The returned function calls `make` at its first call, and returns the same value at every call. If `make` throws, the next call calls
 * `make` again.
 */
export function callOnce<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
