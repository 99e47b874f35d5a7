import type { ExitCode } from './exit-codes.ts';
import type { Terminal } from './text/terminal.ts';

export interface CommandContext {
  terminal: Terminal;
  /** Aborted by Ctrl-C: the command then releases its resources and throws the reason of the signal. */
  interrupted: AbortSignal;
  /** True prints diagnostics in addition to the answer. */
  isDebug: boolean;
  /**
   * In ms, added to the time of this machine's clock. 0 in the first run of a command. After a ClockError the command runs again, with the
   * measured error of the clock.
   */
  clockOffsetMs: number;
  /** Sets the exit code for a command that does not throw. If it is never called, the code is 0. */
  endWith(code: ExitCode): void;
}
