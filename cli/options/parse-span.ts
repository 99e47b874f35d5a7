import { CommandError } from '../command-error.ts';
import type { RenderTime } from '../text/render-time.ts';
import { parseTime, type TimeContext } from './parse-time.ts';

/** `--since` and `--until`, as instants. Throws CommandError for invalid times, and for times in the wrong order. */
export function parseSpan(
  { since, until }: { since?: string; until?: string },
  context: TimeContext,
  renderTime: RenderTime,
): { from: string | null; until: string } {
  const from = since === undefined ? null : parseTime(since, '--since', context);
  const end = until === undefined ? new Date(context.now).toISOString() : parseTime(until, '--until', context);
  if (from !== null && from > end) throw reversed(from, end, renderTime);
  return { from, until: end };
}

export function reversed(from: string, until: string, renderTime: RenderTime): CommandError {
  return new CommandError(
    `The times are in the wrong order: ${renderTime(from)} is later than ${renderTime(until)}; expected the earlier time first.`,
  );
}

/** Throws CommandError for a time in the future. */
export function refuseFuture(at: string, { now }: TimeContext, renderTime: RenderTime): void {
  if (Date.parse(at) <= now) return;
  throw new CommandError(
    `${renderTime(at)} lies in the future; expected a time until now, which is ${renderTime(new Date(now).toISOString())}.`,
  );
}
