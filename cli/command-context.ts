import type { ExitCode } from './exit-codes.ts';
import type { Terminal } from './text/terminal.ts';

export interface CommandContext {
  terminal: Terminal;
  /** Aborted by Ctrl-C: the command then releases its resources and throws the reason of the signal. */
  interrupted: AbortSignal;
  /** True prints diagnostics in addition to the answer. */
  isDebug: boolean;
  /** Added to the time of this machine. Not 0 if the clock of AWS differs from the clock of this machine. */
  clockOffsetMs: number;
  /** Sets the exit code for a command that does not throw. If it is never called, the code is 0. */
  endWith(code: ExitCode): void;
}
