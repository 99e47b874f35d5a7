import type { CommandContext } from './command-context.ts';
import { CommandError } from './command-error.ts';

/**
 * Throws CommandError unless a person types yes or y. `nothingDone`: a sentence that the error message ends with, such as that nothing was
 * changed.
 */
export async function requireConsent(
  question: string,
  nothingDone: string,
  { terminal, interrupted }: Pick<CommandContext, 'terminal' | 'interrupted'>,
): Promise<void> {
  const answer = await terminal.readAnswer(question, interrupted).catch((error: unknown) => {
    if (interrupted.aborted) throw new CommandError(nothingDone, { cause: error });
    throw error;
  });
  if (answer === null)
    throw new CommandError(`Nobody can answer, because stdin is no terminal; expected --yes. ${nothingDone}`);
  if (!/^y(es)?$/i.test(answer.trim())) throw new CommandError(`The answer was not yes. ${nothingDone}`);
}
