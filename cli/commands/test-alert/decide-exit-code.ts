import { type ExitCode, exitCodes } from '../../exit-codes.ts';
import type { ChannelTest } from './channel-test.ts';

export function decideExitCode(tests: readonly ChannelTest[]): ExitCode {
  if (tests.some(({ problem }) => problem !== null)) return exitCodes.error;
  const isHeard = tests.every(({ subscribers }) => subscribers.some(({ isConfirmed }) => isConfirmed));
  return isHeard ? exitCodes.fine : exitCodes.found;
}
