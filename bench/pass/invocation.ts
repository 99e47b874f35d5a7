/** The data that a process gets for one invocation. */
export interface Invocation {
  event: unknown;
  /** Milliseconds until the timeout of the function. */
  remainingMs: number;
  /** Milliseconds by which the clock of the stand-ins is ahead of the real one. */
  aheadMs: number;
}

export interface InvocationAnswer {
  result: unknown;
  /** `null`: the function returned without an error. */
  error: string | null;
  /** Peak of the resident memory since the start of the process. */
  peakBytes: number;
}
