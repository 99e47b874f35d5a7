/**
 * Compares the clock of this machine with the clock of AWS. The table holds instants of AWS: with a clock that is behind, a question about
 * "now" would hide the newest changes.
 */
import type { CommandContext } from './command-context.ts';
import { CommandError } from './command-error.ts';

/**
 * The header `Date` is rounded down to seconds, and the answer takes time to arrive. Both make the time of AWS look earlier than it is, so
 * a measured lag of this machine is never too large.
 */
const maxBehindMs = 2_000;
/**
 * The answer takes time to arrive, so the clock of this machine seems ahead by that time. A clock that is ahead hides no change, so only a
 * lead of a minute or more is an error.
 */
const maxAheadMs = 60_000;

/**
 * Thrown before the table or Lightsail is read, and before anything is changed. The program then runs the command again, with the time of
 * AWS.
 */
export class ClockError extends CommandError {
  /** The time of AWS minus the time of this machine, in ms. At most a second too large, so that no change is later than "now". */
  readonly offsetMs: number;

  constructor(offsetMs: number) {
    const minutes = Math.round(Math.abs(offsetMs) / 60_000);
    const by = minutes === 0 ? `${Math.round(Math.abs(offsetMs) / 1000)} seconds` : `${minutes} min`;
    super(`The clock of this machine is ${by} ${offsetMs > 0 ? 'behind' : 'ahead of'} the clock of AWS`);
    this.offsetMs = offsetMs;
  }
}

/**
 * Throws ClockError if the time of the command is 2 seconds or more behind AWS, or a minute or more ahead. `offsetMs`: as `watchClock`
 * measured it.
 */
export function refuseWrongClock(offsetMs: number, { clockOffsetMs }: Pick<CommandContext, 'clockOffsetMs'>): void {
  const behindMs = offsetMs - clockOffsetMs;
  if (behindMs >= maxBehindMs || behindMs <= -maxAheadMs) throw new ClockError(offsetMs + 1_000);
}
