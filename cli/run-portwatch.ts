/** The command line's one error boundary: from arguments to an exit code. */
import { CommanderError } from 'commander';
import { renderPlain } from '../lambda/alerts/escape.ts';
import { buildProgram } from './build-program.ts';
import { CommandError } from './command-error.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { Terminal } from './text/terminal.ts';

/** Long enough for a sentence of ours with an error of the SDK's in it. */
const maxErrorLength = 2_000;

/** `args`: without the program's own name. Never throws. `isDebug`: say where an error came from. */
export async function runPortwatch(
  args: readonly string[],
  terminal: Terminal,
  interrupted: AbortSignal,
  isDebug = false,
): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.fine;
  const endWith = (code: ExitCode) => {
    exitCode = code;
  };
  try {
    // The bare name: the help is what somebody who types it is after.
    const words = args.length === 0 ? ['--help'] : args;
    await buildProgram({ terminal, interrupted, isDebug, endWith }).parseAsync(words, { from: 'user' });
    return exitCode;
  } catch (error) {
    // Said already, by commander itself.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.fine : exitCodes.error;
    if (interrupted.aborted) {
      // A command that knows better says so: what it started elsewhere goes on.
      const left = error instanceof CommandError ? error.message : 'Nothing is left running.';
      terminal.err.print(`Interrupted. ${left}`);
      return exitCodes.interrupted;
    }
    sayError(error, terminal, isDebug);
    return exitCodes.error;
  }
}

function sayError(error: unknown, { err }: Terminal, isDebug: boolean): void {
  const isExpected = error instanceof CommandError;
  const text = error instanceof Error ? error.message : String(error);
  const name = error instanceof Error ? error.name : 'Error';
  const sentence = isExpected
    ? text
    : `Portwatch met an error that it did not expect (${name}: ${text}); run it again with PORTWATCH_DEBUG=1 to see where.`;
  err.print(`${err.style('red', 'portwatch:')} ${renderPlain(sentence, maxErrorLength)}`);
  if (isDebug && !isExpected && error instanceof Error) err.print(error.stack ?? '');
}
