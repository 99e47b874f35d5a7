/** Instants for people, always in UTC: `10:05:02 UTC, 23 November 2026`. */
import { renderDuration } from '../firewall/wording/render-duration.ts';
import { renderPlain } from './escape.ts';

const dayFormat = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });

/** Text that is no instant is only made printable. */
export function renderInstant(instant: string): string {
  const parts = splitInstant(instant);
  return parts === null ? renderPlain(instant, 60) : `${parts.time} UTC, ${parts.day}`;
}

/** `between 10:00:03 and 10:05:02 UTC, 23 November 2026`; with both dates if they differ. */
export function renderWindow(after: string, before: string): string {
  const [start, end] = [splitInstant(after), splitInstant(before)];
  return start !== null && end !== null && start.day === end.day
    ? `between ${start.time} and ${renderInstant(before)}`
    : `between ${renderInstant(after)} and ${renderInstant(before)}`;
}

/** `between … and …`; `at …` for one instant; `before …` if the start is unknown. */
export function renderSpan(after: string | null, before: string): string {
  if (after === before) return `at ${renderInstant(before)}`;
  return after === null ? `before ${renderInstant(before)}` : renderWindow(after, before);
}

/** `10:01:03 UTC`; with the date if `reference` has another date. */
export function renderTimeOfDay(instant: string, reference: string): string {
  const parts = splitInstant(instant);
  if (parts === null) return renderPlain(instant, 60);
  return parts.day === splitInstant(reference)?.day ? `${parts.time} UTC` : renderInstant(instant);
}

/** `23 November 2026` */
export function renderDay(instant: string): string {
  return splitInstant(instant)?.day ?? renderPlain(instant, 60);
}

/** ` for 3 minutes`; empty if the start is unknown, or if one text is no instant. */
export function renderHowLong(from: string | null, until: string): string {
  const seconds = (Date.parse(until) - Date.parse(from ?? '')) / 1_000;
  return Number.isFinite(seconds) ? ` for ${renderDuration(seconds)}` : '';
}

function splitInstant(instant: string): { time: string; day: string } | null {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return null;
  return { time: date.toISOString().slice(-13, -5), day: dayFormat.format(date) };
}
