/** Instants and durations as text. Always in UTC, so that all readers of an incident see the same times. */

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const two = (value: number) => String(value).padStart(2, '0');

/** `12 Nov 2026` */
function formatDay(ms: number): string {
  const date = new Date(ms);
  return `${date.getUTCDate()} ${months[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

/** `12 Nov 14:00`, without the year and the seconds. */
export function formatShort(ms: number): string {
  const date = new Date(ms);
  return `${date.getUTCDate()} ${months[date.getUTCMonth()]} ${formatTime(ms)}`;
}

/** `14:00` */
function formatTime(ms: number): string {
  const date = new Date(ms);
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
}

/** `12 Nov 2026 14:00:07 UTC` */
export function formatInstant(ms: number): string {
  return `${formatDay(ms)} ${formatTime(ms)}:${two(new Date(ms).getUTCSeconds())} UTC`;
}

/** `29 d 4 h`, `3 h 5 min`, `42 s`: one unit below an hour, otherwise two units; the second unit is omitted if it is zero. */
export function formatDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(ms / 60_000);
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 24 * 60) return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.round(ms / 3_600_000);
  return pair(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function pair(big: number, bigUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${small} ${smallUnit}`;
}

/** `1,234` */
export function formatCount(count: number): string {
  return count.toLocaleString('en');
}

/** `1 change`, `2 changes` */
export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `a, b and 3 more`. A list of `most` + 1 names is shown whole. */
export function listSome(names: readonly string[], most: number): string {
  const more = names.length - most;
  return more > 1 ? `${names.slice(0, most).join(', ')} and ${formatCount(more)} more` : names.join(', ');
}

/** A share in percent. 100 % is shown only if the share is complete. `none`: `whole` is not positive. */
export function formatShare(part: number, whole: number): string {
  if (whole <= 0) return 'none';
  if (part >= whole) return '100 %';
  return `${(Math.floor((1000 * part) / whole) / 10).toFixed(1)} %`;
}

/** The ticks of an axis: round instants of the span, at most `most` + 1, each with its label. */
export function listTicks(from: number, until: number, most: number): { at: number; label: string }[] {
  const steps = [1, 5, 10, 15, 30, 60, 180, 360, 720, 1440, 2880, 7200, 14_400, 43_200].map(
    (minutes) => minutes * 60_000,
  );
  const step =
    steps.find((each) => (until - from) / each <= most) ?? Math.ceil((until - from) / most / 86_400_000) * 86_400_000;
  const ticks = [];
  for (let at = Math.ceil(from / step) * step; at <= until; at += step) {
    const isDay = at % 86_400_000 === 0;
    ticks.push({ at, label: step >= 86_400_000 || isDay ? formatShort(at).slice(0, -6) : formatTime(at) });
  }
  return ticks;
}
