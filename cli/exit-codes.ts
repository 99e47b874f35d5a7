/** `portwatch --help` explains each code. */
export const exitCodes = {
  fine: 0,
  /**
   * `--exit-code` found a match, `test-alert` a topic without a confirmed subscriber, `doctor` a failure or a warning, or `restore`
   * operations of others.
   */
  found: 1,
  error: 2,
  /** 128 + SIGINT, as shells expect. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
