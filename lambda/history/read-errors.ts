import type { FailureReason } from './entry.ts';

/** A request to AWS that brought no usable answer. The error is about the requested resource only. */
export class ReadError extends Error {
  override readonly name = 'ReadError';
  readonly reason: FailureReason;

  constructor(reason: FailureReason, message: string, options?: ErrorOptions) {
    super(message.slice(0, 300), options);
    this.reason = reason;
  }
}

/**
 * Converts any error of a request to AWS to a ReadError. A ReadError with the reason `throttled` is returned unchanged. For other errors,
 * the reason is `out-of-time` if `signal` has aborted. Otherwise a ReadError is returned unchanged, and any other error gets the reason
 * `unexpected`.
 */
export function toReadError(error: unknown, signal: AbortSignal): ReadError {
  if (error instanceof ReadError && error.reason === 'throttled') return error;
  if (signal.aborted) return new ReadError('out-of-time', 'the scan ran out of time', { cause: error });
  if (error instanceof ReadError) return error;
  return new ReadError('unexpected', String(error), { cause: error });
}

/** The table has an item that this version of Portwatch cannot read. The item stays unchanged, and another attempt does not help. */
export class ItemError extends Error {
  override readonly name = 'ItemError';
}
