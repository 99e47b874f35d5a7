import { renderPlain } from '../../lambda/alerts/escape.ts';
import type { Terminal } from './terminal.ts';

/** In characters: enough for a sentence that contains an error message of the SDK. */
const maxErrorLength = 2_000;

/**
 * Prints `sentence` as `portwatch: …` on stderr: an error, or a part of the answer that is missing. Makes `sentence` printable, because it
 * can contain text from AWS or from a file.
 */
export function printError(sentence: string, { err }: Pick<Terminal, 'err'>): void {
  err.print(`${err.style('red', 'portwatch:')} ${renderPlain(sentence, maxErrorLength)}`);
}
