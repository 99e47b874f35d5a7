import { CommandError } from '../command-error.ts';
import type { RenderTime } from '../text/render-time.ts';
import { parseTime, type TimeContext } from './parse-time.ts';

/** `--since` and `--until`, as instants. Throws CommandError where they are no times, or the wrong way round. */
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
    `The span is the wrong way round: ${renderTime(from)} is later than ${renderTime(until)}; expected the earlier time first.`,
  );
}

/** Throws CommandError for what nobody can know yet. */
export function refuseFuture(at: string, { now }: TimeContext, renderTime: RenderTime): void {
  if (Date.parse(at) <= now) return;
  throw new CommandError(
    `${renderTime(at)} is still to come; expected a time until now, which is ${renderTime(new Date(now).toISOString())}.`,
  );
}
