import { describeError } from '../../lambda/adapters/describe-error.ts';
import { CommandError } from '../command-error.ts';
import { explainHost } from './explain-host.ts';

/** A sentence for each error, by the name of the error; the message of the SDK follows the sentence. */
type Sentences = Readonly<Record<string, string>>;

/**
 * Returns the result of `work`. An error becomes a CommandError: the sentence for its name, or `otherwise`, and the message of the SDK.
 * Once `signal` is aborted, the error is the reason of the signal.
 */
export async function explainErrors<T>(
  work: Promise<T>,
  signal: AbortSignal,
  otherwise: string,
  sentences: Sentences = {},
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
