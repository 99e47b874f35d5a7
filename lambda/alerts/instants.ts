/** Instants as people say them, always in UTC: `10:05:02 UTC, 23 November 2026`. */
import { renderPlain } from './escape.ts';

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** Seconds are enough for a person; what is no instant is shown as it is. */
export function renderInstant(instant: string): string {
  const parts = splitInstant(instant);
  return parts === null ? renderPlain(instant, 60) : `${parts.time} UTC, ${parts.day}`;
}

/** `between 10:00:03 and 10:05:02 UTC, 23 November 2026`, the day said once where it is the same. */
export function renderWindow(after: string, before: string): string {
  const [start, end] = [splitInstant(after), splitInstant(before)];
  return start !== null && end !== null && start.day === end.day
    ? `between ${start.time} and ${renderInstant(before)}`
    : `between ${renderInstant(after)} and ${renderInstant(before)}`;
}

/** The window; `at …` where it is an instant, `before …` where nobody knows since when. */
export function renderSpan(after: string | null, before: string): string {
  if (after === before) return `at ${renderInstant(before)}`;
  return after === null ? `before ${renderInstant(before)}` : renderWindow(after, before);
}

/** `10:01:03 UTC`, and the day as well where it is not that of `reference`. */
export function renderTimeOfDay(instant: string, reference: string): string {
  const parts = splitInstant(instant);
  if (parts === null) return renderPlain(instant, 60);
  return parts.day === splitInstant(reference)?.day ? `${parts.time} UTC` : renderInstant(instant);
}

/** `23 November 2026` */
export function renderDay(instant: string): string {
  return splitInstant(instant)?.day ?? renderPlain(instant, 60);
}

function splitInstant(instant: string): { time: string; day: string } | null {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return null;
  const day = `${date.getUTCDate()} ${months[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
  return { time: date.toISOString().slice(-13, -5), day };
}
