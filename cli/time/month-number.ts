const months = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

/** 1 to 12, from an English name or at least its first three letters; `null`: not a month. */
export function monthNumber(word: string): number | null {
  const start = word.toLowerCase();
  const index = start.length < 3 ? -1 : months.findIndex((name) => name.startsWith(start));
  return index === -1 ? null : index + 1;
}
