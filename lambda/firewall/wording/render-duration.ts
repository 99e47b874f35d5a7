/**
 * Renders a duration in the largest unit that gives a number of at least two: `90 seconds`, `5 minutes`, `3 hours`, `2 days`. Below two
 * seconds: `about a second`.
 */
export function renderDuration(seconds: number): string {
  if (seconds < 2) return 'about a second';
  const unit = units.find(({ size }) => seconds >= 2 * size) ?? { size: 1, name: 'seconds' };
  return `${Math.round(seconds / unit.size)} ${unit.name}`;
}

const units = [
  { size: 86_400, name: 'days' },
  { size: 3_600, name: 'hours' },
  { size: 60, name: 'minutes' },
];
