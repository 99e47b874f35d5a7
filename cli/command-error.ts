/**
 * An error that a person can correct. The message names the problem and, where possible, the expected value and what to do. The process
 * ends with exit code 2.
 */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
