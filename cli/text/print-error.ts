import { renderPlain } from '../../lambda/alerts/escape.ts';
import type { Terminal } from './terminal.ts';

/** Characters. This is enough for a sentence that contains an error message of the SDK. */
const maxErrorLength = 2_000;

/** Prints an error, or a part of the answer that is missing, as `portwatch: …` on stderr. `sentence`: can contain text from outside. */
export function printError(sentence: string, { err }: Pick<Terminal, 'err'>): void {
  err.print(`${err.style('red', 'portwatch:')} ${renderPlain(sentence, maxErrorLength)}`);
}
