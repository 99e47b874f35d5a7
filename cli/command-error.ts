/** An error that a person can correct: the message is one sentence with the value, the expected value and the next step. Exit code 2. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
