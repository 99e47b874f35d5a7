/** `yyyy-mm` of every month from one instant to another, oldest first: the partitions of the index `timeline`. */
export function listMonths(from: string, until: string): string[] {
  const months: string[] = [];
  for (let month = monthNumber(from); month <= monthNumber(until); month += 1)
    months.push(`${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`);
  return months;
}

function monthNumber(instant: string): number {
  return Number(instant.slice(0, 4)) * 12 + Number(instant.slice(5, 7)) - 1;
}
