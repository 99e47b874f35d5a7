/** `1 instance`, `2 instances`: for nouns with a plural in -s. */
export function renderCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
