/** Decides what happens when a stream of the process cannot be written: a closed pipe, a full disk. */
import { renderPlain } from '../lambda/alerts/escape.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { describeFileError } from './text/describe-file-error.ts';

interface GuardedStream {
  on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown;
  write(text: string): unknown;
}

/** Commands that change something. If such a command ended before its last step, nobody would know what was done. */
const changingCommands: readonly string[] = ['restore', 'approve', 'revoke'];

/** Commands with a long output, whose exit code is no part of the answer. If no program reads the output any more, the command can end. */
const longCommands: readonly string[] = ['history', 'export', 'demo'];

/**
 * A closed stdout (`| head`) ends a command with a long output: exit code 0, no message. Every other command continues, because its exit
 * code is a part of the answer: `doctor | head` must not hide a failure.
 * Any other error of stdout prints a sentence on stderr and ends the process with exit code 2. A command that changes something also prints
 * the sentence, but continues.
 * Errors of stderr are ignored: no message can be shown, and the exit code stays correct.
 */
export function guardOutput(
  { stdout, stderr }: { stdout: GuardedStream; stderr: GuardedStream },
  args: readonly string[],
  exit: (code: ExitCode) => void,
): void {
  const [command = ''] = args;
  stderr.on('error', () => undefined);
  stdout.on('error', (error) => {
    if (error.code === 'EPIPE') {
      if (longCommands.includes(command)) exit(exitCodes.fine);
      return;
    }
    const why = renderPlain(describeFileError(error), 500);
    stderr.write(`portwatch: The output could not be written: ${why}; the output is not complete.\n`);
    if (!changingCommands.includes(command)) exit(exitCodes.error);
  });
}
