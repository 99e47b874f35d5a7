/** Decides what happens when a stream of the process cannot be written: a closed pipe, a full disk. */
import { renderPlain } from '../lambda/alerts/escape.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { describeFileError } from './text/describe-file-error.ts';

interface GuardedStream {
  on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown;
  write(text: string): unknown;
}

/** Commands that change a firewall. If one ended in the middle, nobody would know what was done. */
const changingCommands: readonly string[] = ['restore'];

/**
 * A closed stdout (`| head`) ends the process without a message. With `--exit-code` the process continues, because its exit code is the
 * answer. Any other error of stdout ends the process with 2 and a sentence on stderr. A command that changes a firewall always continues.
 * Errors of stderr are ignored: no message can be shown, and the exit code stays correct.
 */
export function guardOutput(
  { stdout, stderr }: { stdout: GuardedStream; stderr: GuardedStream },
  args: readonly string[],
  exit: (code: ExitCode) => void,
): void {
  const isChanging = args.some((arg) => changingCommands.includes(arg));
  stderr.on('error', () => undefined);
  stdout.on('error', (error) => {
    if (error.code === 'EPIPE') {
      if (!isChanging && !args.some((arg) => /^--exit-code(=|$)/.test(arg))) exit(exitCodes.fine);
      return;
    }
    const why = renderPlain(describeFileError(error), 500);
    stderr.write(`portwatch: The output could not be written: ${why}; what was written of it is not complete.\n`);
    if (!isChanging) exit(exitCodes.error);
  });
}
