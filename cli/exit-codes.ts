/** What a command ends with; `portwatch --help` says the same. */
export const exitCodes = {
  fine: 0,
  /** What was asked about is so: `--exit-code` found something, `test-alert` found nobody who has confirmed. */
  found: 1,
  error: 2,
  /** 128 + SIGINT, as shells expect. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
