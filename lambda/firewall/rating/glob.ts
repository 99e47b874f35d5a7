/** `*` stands for any text, `?` for any one character, everything else for itself. Linear in pattern times name: no regular expression. */
export function matchesGlob(pattern: string, name: string): boolean {
  let [p, n] = [0, 0];
  // Where the last star stood, and up to where it has swallowed the name.
  let star = -1;
  let swallowed = 0;
  while (n < name.length) {
    if (pattern[p] === '*') {
      star = p;
      swallowed = n;
      p += 1;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === name[n])) {
      p += 1;
      n += 1;
    } else if (star >= 0) {
      p = star + 1;
      swallowed += 1;
      n = swallowed;
    } else return false;
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}
