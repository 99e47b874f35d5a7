/** Every problem of a configuration, one line each. It is thrown before anything is deployed. */
export class ConfigurationError extends Error {
  /** The name of the class. */
  override readonly name = 'ConfigurationError';
  /** One line each. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The configuration has ${problems.length} problem(s):\n${problems.map((line) => `  - ${line}`).join('\n')}`);
    this.problems = problems;
  }
}
