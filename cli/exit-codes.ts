/** `portwatch --help` explains each code. */
export const exitCodes = {
  fine: 0,
  /**
   * With `--exit-code`: a match was found. `test-alert`: a topic has no confirmed subscriber. `doctor`: a row is a failure or a warning.
   * `restore`: other people or programs changed the instance during the command.
   */
  found: 1,
  error: 2,
  /** 128 + SIGINT, as shells expect. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
