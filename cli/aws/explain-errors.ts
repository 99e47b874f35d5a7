import { describeError } from '../../lambda/adapters/describe-error.ts';
import { CommandError } from '../command-error.ts';
import { explainHost } from './explain-host.ts';

/**
 * Returns the result of `work`. If `work` fails after an abort of `signal`, throws the reason of `signal`. Throws a CommandError unchanged.
 * Any other error becomes a CommandError with a sentence and the message of the SDK. The sentence is the first one that exists: from
 * `explainHost`, from `sentences` for the name of the error, or `otherwise`.
 */
export async function explainErrors<T>(
  work: Promise<T>,
  signal: AbortSignal,
  otherwise: string,
  sentences: Readonly<Record<string, string>> = {},
): Promise<T> {
  try {
    return await work;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CommandError) throw error;
    const name = error instanceof Error ? error.name : 'Error';
    const sentence = (await explainHost(error)) ?? ((Object.hasOwn(sentences, name) && sentences[name]) || otherwise);
    throw new CommandError(`${sentence} The AWS SDK says: ${describeError(error)}`, { cause: error });
  }
}
