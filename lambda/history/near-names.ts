/** At most three of `names` that somebody who typed `wanted` may have meant, nearest first; letter case does not count. */
export function nearNames(wanted: string, names: readonly string[]): string[] {
  throw new Error(`not written yet: ${wanted} ${names.length}`);
}
