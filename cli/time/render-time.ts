import { Temporal } from 'temporal-polyfill';
import { renderPlain } from '../../lambda/alerts/escape.ts';
import type { Zone } from './zone.ts';

/** Renders an instant in a form that `parseTime` accepts: `2026-11-20 11:00:03 +01:00`, `2026-11-20 10:00:03 UTC`. */
export type RenderTime = (instant: string) => string;

/** No zone changes its offset inside a quarter of an hour, only at its start. */
const steadyMs = 900_000;

/** Shows whole seconds. A text that is not an instant is shown as it is, printable and cut to 60 characters. */
export function buildRenderTime(zone: Zone): RenderTime {
  // Caches the offsets: a month of changes has tens of thousands of instants, and Temporal computes an offset in 36 µs.
  const offsets = new Map<number, { ms: number; text: string }>();
  const offsetOf = (epochMs: number) => {
    const quarter = Math.floor(epochMs / steadyMs);
    const known = offsets.get(quarter);
    if (known !== undefined) return known;
    const local = Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(zone.id);
    const offset = { ms: local.offsetNanoseconds / 1e6, text: zone.id === 'UTC' ? 'UTC' : local.offset };
    offsets.set(quarter, offset);
    return offset;
  };
  return (instant) => {
    const epochMs = Date.parse(instant);
    if (Number.isNaN(epochMs)) return renderPlain(instant, 60);
    const { ms, text } = offsetOf(epochMs);
    return `${new Date(epochMs + ms).toISOString().slice(0, 19).replace('T', ' ')} ${text}`;
  };
}

/** Renders a duration: `40 s`, `50 min`, `3 h 20 min`, `2 days 4 h`, `9 days`. */
export function renderLength(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return `${Math.max(0, Math.round(ms / 1000))} s`;
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 || days > 6 ? `${days} days` : `${days} days ${hours % 24} h`;
}
