/** An error that a person can correct. The message is one sentence with the value, the expected value and what to do. Exit code 2. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
