/**
 * Every problem of a configuration, one line each. It is thrown before anything is deployed. It has no stack trace: the trace would
 * show the code of Portwatch, and hide the problems.
 */
export class ConfigurationError extends Error {
  /** The name of the class. */
  override readonly name = 'ConfigurationError';
  /** One line each. */
  declare readonly problems: readonly string[];

  /** `path`: of the construct that has the problems; none for a configuration file. */
  constructor(problems: readonly string[], path?: string) {
    const of = path === undefined ? '' : ` of ${path}`;
    super(
      `The configuration has ${problems.length} problem(s)${of}:\n${problems.map((line) => `  - ${line}`).join('\n')}`,
    );
    this.stack = `${this.name}: ${this.message}`;
    // Node prints the fields of an error that nobody catches, and the message has the problems already.
    Object.defineProperty(this, 'problems', { value: problems, enumerable: false });
  }
}

/** Throws ConfigurationError. */
export function refuse(problems: readonly string[], path?: string): never {
  // Node prints the source of a line that throws, above the message, unless the line contains this text.
  throw { error: new ConfigurationError(problems, path), text: 'node-do-not-add-exception-line' }.error;
}
