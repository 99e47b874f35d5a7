/** A person can mend it: the message is one sentence for them, with what was got, what is expected and what to do. Exit code 2. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
