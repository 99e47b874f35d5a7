import { throwWithoutStack } from './throw-without-stack.ts';

/** Every problem of a configuration, one line each. Thrown before anything is deployed. */
export class ConfigurationError extends Error {
  /** The name of the class. */
  override readonly name = 'ConfigurationError';
  /** One line for each problem. */
  declare readonly problems: readonly string[];

  /** `path`: the path of the construct that has the problems. Left out: the message names no construct. */
  constructor(problems: readonly string[], path?: string) {
    const of = path === undefined ? '' : ` of ${path}`;
    super(
      `The configuration has ${problems.length} problem(s)${of}:\n${problems.map((line) => `  - ${line}`).join('\n')}`,
    );
    // Node prints the fields of an error that is not caught, and the message already contains the problems.
    Object.defineProperty(this, 'problems', { value: problems, enumerable: false });
  }
}

export function refuse(problems: readonly string[], path?: string): never {
  throwWithoutStack(new ConfigurationError(problems, path));
}
