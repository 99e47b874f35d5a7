/** Parses the times of a command. Each function throws CommandError for an invalid time and for times in the wrong order. */
import { CommandError } from '../command-error.ts';
import type { Clock } from './clock.ts';
import { parseTime } from './parse-time.ts';

/** `--since` and `--until`; the end can lie in the future. */
export function parseSpan(
  { since, until }: { since?: string; until?: string },
  clock: Clock,
): { from: string | null; until: string } {
  const from = since === undefined ? null : parseTime(since, '--since', clock);
  const end = parseTime(until ?? 'now', '--until', clock);
  if (from !== null) refuseReversed(from, end, clock);
  return { from, until: end };
}

/** Two times in the past, the earlier one first. */
export function parseTwoTimes(first: string, second: string, clock: Clock): { from: string; until: string } {
  const [from, until] = [parseTime(first, 'first time', clock), parseTime(second, 'second time', clock)];
  refuseReversed(from, until, clock);
  refuseFuture(until, clock);
  return { from, until };
}

/** A time in the past; `what`: the name of the time in messages. */
export function parsePastTime(text: string, what: string, clock: Clock): string {
  const at = parseTime(text, what, clock);
  refuseFuture(at, clock);
  return at;
}

function refuseReversed(from: string, until: string, { renderTime }: Clock): void {
  if (from <= until) return;
  throw new CommandError(
    `The times are in the wrong order: ${renderTime(from)} is later than ${renderTime(until)}; expected the earlier time first.`,
  );
}

export function refuseFuture(at: string, { now, renderTime }: Clock): void {
  if (Date.parse(at) <= now) return;
  throw new CommandError(
    `${renderTime(at)} lies in the future; expected a time until now, which is ${renderTime(new Date(now).toISOString())}.`,
  );
}
