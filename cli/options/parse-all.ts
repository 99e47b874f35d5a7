/** Parses several parts of the input of a command, so that a person sees every problem at once. */
import { CommandError } from '../command-error.ts';

type Parsers<T extends readonly unknown[]> = { [K in keyof T]: () => T[K] };

/** The results of the parsers. If some of them throw a CommandError, throws one CommandError with the problems of all. */
export function parseAll<T extends readonly unknown[]>(...parsers: Parsers<T>): T {
  const errors: CommandError[] = [];
  const results = parsers.map((parse) => {
    try {
      return parse();
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      errors.push(error);
      return undefined;
    }
  });
  const [only, ...more] = errors;
  if (only === undefined) return results as unknown as T;
  throw more.length === 0 ? only : new CommandError(`${joinProblems(errors.map(({ message }) => message))}.`);
}

/** Returns a single problem unchanged, and several problems as `(1) …; (2) …`. The result has no full stop at the end. */
export function joinProblems(problems: readonly string[]): string {
  const sentences = problems.map((problem) => problem.replace(/\.$/, ''));
  return sentences.length === 1
    ? (sentences[0] ?? '')
    : sentences.map((sentence, index) => `(${index + 1}) ${sentence}`).join('; ');
}
