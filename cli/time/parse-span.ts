/**
 * Parses the times of a command. Each function throws CommandError for an invalid time, for a span that is empty or reversed, and for a
 * time in the future where it is not allowed.
 */
import { CommandError } from '../command-error.ts';
import { parseAll } from '../options/parse-all.ts';
import type { Clock } from './clock.ts';
import { parseEnd, parseTime } from './parse-time.ts';

/** `from`: `null`: from the beginning. */
export interface RecordedSpan {
  from: string | null;
  until: string;
}

/** `--since` and `--until`. The end can be in the future. */
export function parseSpan(times: { since: string; until?: string }, clock: Clock): { from: string; until: string };
export function parseSpan(times: { since?: string; until?: string }, clock: Clock): RecordedSpan;
export function parseSpan({ since, until }: { since?: string; until?: string }, clock: Clock): RecordedSpan {
  const [from, end] = parseAll(
    () => (since === undefined ? null : parseTime(since, '--since', clock)),
    () => parseEnd(until ?? 'now', '--until', clock),
  );
  if (from !== null) refuseEmpty(from, end, clock);
  return { from, until: end };
}

/**
 * Two times in the past, the earlier one first. The caller calls `refuseFuture` for the second one when the time of AWS is known.
 * `parseSecond` parses the second time: `parseTime` reads a day alone as its first moment, `parseEnd` as the whole day.
 */
export function parseTwoTimes(
  first: string,
  second: string,
  clock: Clock,
  parseSecond: typeof parseTime,
): { from: string; until: string } {
  const [from, until] = parseAll(
    () => parseTime(first, 'first time', clock),
    () => parseSecond(second, 'second time', clock),
  );
  refuseEmpty(from, until, clock);
  refuseFarFuture(until, clock);
  return { from, until };
}

/** A time in the past; the caller calls `refuseFuture` when the time of AWS is known. `what`: the name of the time in messages. */
export function parsePastTime(text: string, what: string, clock: Clock): string {
  const at = parseTime(text, what, clock);
  refuseFarFuture(at, clock);
  return at;
}

function refuseEmpty(from: string, until: string, { renderTime }: Clock): void {
  if (from < until) return;
  throw new CommandError(
    from === until
      ? `The span is empty: it begins and ends at ${renderTime(from)}; expected two different times, the earlier one first.`
      : `The times are in the wrong order: ${renderTime(from)} is later than ${renderTime(until)}; expected the earlier time first.`,
  );
}

const maxClockErrorMs = 366 * 86_400_000;

/**
 * Before the time of AWS is known, the clock of this machine decides, and can be wrong. So this function refuses only a time that is more
 * than a year later than this clock.
 */
export function refuseFarFuture(at: string, clock: Clock): void {
  if (Date.parse(at) > clock.now + maxClockErrorMs) refuseFuture(at, clock);
}

export function refuseFuture(at: string, { now, renderTime }: Clock): void {
  if (Date.parse(at) <= now) return;
  throw new CommandError(
    `${renderTime(at)} is in the future; expected a time in the past; now it is ${renderTime(new Date(now).toISOString())}.`,
  );
}
