import type { ExitCode } from './exit-codes.ts';
import type { Terminal } from './text/terminal.ts';

/** What every command is given. */
export interface CommandContext {
  terminal: Terminal;
  /** Aborted by Ctrl-C: a command then ends what it began, and throws the signal's reason. */
  interrupted: AbortSignal;
  /** Say more than a person needs who only wants the answer. */
  isDebug: boolean;
  /** With what the program ends, if the command does not throw; 0 unless it is said. */
  endWith(code: ExitCode): void;
}
