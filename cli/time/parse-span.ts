/**
 * Parses the times of a command. Each function throws CommandError for an invalid time, for a span that is empty or reversed, and for a
 * time in the future where it is not allowed.
 */
import { CommandError } from '../command-error.ts';
import { parseAll } from '../options/parse-all.ts';
import type { Clock } from './clock.ts';
import { parseEnd, parseTime } from './parse-time.ts';

/** A span of the history. `from` is `null` if the span starts at the beginning of the history. */
export interface RecordedSpan {
  from: string | null;
  until: string;
}

/** Parses the options `--since` and `--until`. The end can be in the future. */
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
 * Parses two times, the earlier one first. When the time of AWS is known, the caller must call `refuseFuture` for the later one.
 * `parseSecond` parses the later one: for a date without a time, `parseTime` returns the start of the day, `parseEnd` the end of the day.
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

/**
 * Parses a time that must be in the past. When the time of AWS is known, the caller must call `refuseFuture`. `what`: the name of the time
 * in error messages.
 */
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
