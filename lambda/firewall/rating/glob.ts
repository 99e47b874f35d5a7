/**
 * `*` matches any text, `?` any one character. Uses no regular expression, so the time is at most proportional to pattern length times name
 * length.
 */
export function matchesGlob(pattern: string, name: string): boolean {
  let [p, n] = [0, 0];
  // The position of the last star, and the length of the name that this star has matched.
  let star = -1;
  let matched = 0;
  while (n < name.length) {
    if (pattern[p] === '*') {
      star = p;
      matched = n;
      p += 1;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === name[n])) {
      p += 1;
      n += 1;
    } else if (star >= 0) {
      p = star + 1;
      matched += 1;
      n = matched;
    } else return false;
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}
