/** Runs the command line: from arguments to an exit code. The one place that turns an error into a message and an exit code. */
import { type Command, CommanderError } from 'commander';
import { PackageError } from '../lib/package-error.ts';
import { buildProgram } from './build-program.ts';
import type { CommandContext } from './command-context.ts';
import { CommandError } from './command-error.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { ClockError } from './refuse-wrong-clock.ts';
import { printError } from './text/print-error.ts';
import type { Terminal } from './text/terminal.ts';

/** `args`: without the name of the program. Never throws. `isDebug`: the stack of an unexpected error is also printed. */
export function runPortwatch(
  args: readonly string[],
  terminal: Terminal,
  interrupted: AbortSignal,
  isDebug = false,
): Promise<ExitCode> {
  return runProgram(buildProgram, args, terminal, interrupted, isDebug);
}

/** Runs a program as `runPortwatch` does, but with the commands of `build`. */
export async function runProgram(
  build: (context: CommandContext) => Command,
  args: readonly string[],
  terminal: Terminal,
  interrupted: AbortSignal,
  isDebug: boolean,
): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.fine;
  const endWith = (code: ExitCode) => {
    exitCode = code;
  };
  try {
    // Without arguments the program prints its help.
    const given = args.length === 0 ? ['--help'] : args;
    const run = (clockOffsetMs: number) =>
      build({ terminal, interrupted, isDebug, endWith, clockOffsetMs }).parseAsync(given, { from: 'user' });
    await run(0).catch((error: unknown) => {
      if (!(error instanceof ClockError)) throw error;
      terminal.err.print(`${error.message}. The answer uses the time of AWS.`);
      return run(error.offsetMs);
    });
    return exitCode;
  } catch (error) {
    // Commander has printed the message already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.fine : exitCodes.error;
    if (interrupted.aborted) {
      // If work that a command started continues after the command, the command throws a CommandError with a message about this work.
      const left = error instanceof CommandError ? error.message : 'Nothing is left running.';
      terminal.err.print(`Interrupted. ${left}`);
      return exitCodes.interrupted;
    }
    reportError(error, terminal, isDebug);
    return exitCodes.error;
  }
}

function reportError(error: unknown, terminal: Terminal, isDebug: boolean): void {
  const isExpected = error instanceof CommandError || error instanceof PackageError;
  printError(isExpected ? error.message : describeUnexpected(error), terminal);
  if (isDebug && !isExpected && error instanceof Error) terminal.err.print(error.stack ?? '');
}

function describeUnexpected(error: unknown): string {
  if (!(error instanceof Error)) return describeUnexpected(new Error(String(error)));
  const { message, name } = error;
  // The modules of a command are loaded only when the command runs, so a module can be missing here.
  if ('code' in error && /^(ERR_)?MODULE_NOT_FOUND$/.test(String(error.code)))
    return `A file of Portwatch is missing; install it again (${message.split('\n')[0]}).`;
  return `An unexpected error occurred (${name}: ${message}); repeat the command with PORTWATCH_DEBUG=1 to see the stack.`;
}
