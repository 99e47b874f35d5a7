import { describeError } from '../../lambda/adapters/describe-error.ts';
import { CommandError } from '../command-error.ts';
import { explainHost } from './explain-host.ts';

/** A sentence for each error, by the name of the error; the message of the SDK follows the sentence. */
type Sentences = Readonly<Record<string, string>>;

/**
 * Returns the result of `work`. After an error: if `signal` is aborted, throws the reason of the signal; a CommandError is thrown
 * unchanged; any other error becomes a CommandError with one sentence and the message of the SDK. The sentence is that of `explainHost`; if
 * there is none, the sentence for the name of the error; if there is none, `otherwise`.
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
