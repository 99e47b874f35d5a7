import { ItemError } from '../../lambda/scan/interfaces.ts';
import { CommandError } from '../command-error.ts';

/** A sentence for each error, by the name of the error; the message of the SDK follows the sentence. */
export type Sentences = Readonly<Record<string, string>>;

/**
 * What `asking` brings. An error of it becomes a CommandError: by its name in `sentences`, else `what` went wrong; what the table refuses
 * to be read as is said as it is. Where `signal` was aborted it throws that reason.
 */
export async function explainErrors<T>(
  asking: Promise<T>,
  signal: AbortSignal,
  what: string,
  sentences: Sentences = {},
): Promise<T> {
  try {
    return await asking;
  } catch (error) {
    signal.throwIfAborted();
    throw toCommandError(error, what, sentences);
  }
}

function toCommandError(error: unknown, what: string, sentences: Sentences): CommandError {
  if (error instanceof CommandError) return error;
  if (error instanceof ItemError)
    return new CommandError(`The table can not be read by this version of Portwatch: ${error.message}.`, {
      cause: error,
    });
  const name = error instanceof Error ? error.name : 'Error';
  const why = error instanceof Error ? `${name}: ${error.message || name}` : String(error);
  const known = Object.hasOwn(sentences, name) ? sentences[name] : undefined;
  return new CommandError(`${known ?? what} The AWS SDK says: ${why}`, { cause: error });
}
