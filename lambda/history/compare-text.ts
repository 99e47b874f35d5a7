/** Compares two texts by their UTF-16 code units, for `sort`. So the order is the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
