const mostNames = 3;

/** At most three of `names` that are similar to `wanted`, the most similar first; letter case is ignored. */
export function findSimilarNames(wanted: string, names: readonly string[]): string[] {
  const typed = wanted.toLowerCase();
  return [...new Set(names)]
    .map((name) => ({ name, slips: countSlips(typed, name.toLowerCase()) }))
    .filter(({ slips }) => slips <= mostSlips(typed))
    .sort((a, b) => a.slips - b.slips || (a.name < b.name ? -1 : 1))
    .slice(0, mostNames)
    .map(({ name }) => name);
}

function mostSlips(typed: string): number {
  return Math.max(1, Math.floor(typed.length / 3));
}

/**
 * Counts the slips (typing errors) between a typed text and a name. If the name begins or ends with a typed text of two or more characters,
 * the count is 1: `web` can mean `web-1` or `prod-web`.
 */
function countSlips(typed: string, name: string): number {
  const isPart = typed.length > 1 && name !== typed && (name.startsWith(typed) || name.endsWith(typed));
  return isPart ? 1 : editDistance(typed, name);
}

/** Number of characters that must be inserted, deleted, replaced or swapped to get from `a` to `b`. */
function editDistance(a: string, b: string): number {
  let [beforeLast, last] = [[] as number[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const plain = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + cost);
      row.push(isSwapped ? Math.min(plain, (beforeLast[j - 2] ?? 0) + 1) : plain);
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length] ?? 0;
}
