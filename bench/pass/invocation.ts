/** What a process of a function gets for one invocation, and what it answers. */
export interface Invocation {
  event: unknown;
  /** The timeout of the function. */
  remainingMs: number;
  /** How far the clock of the stand-ins is ahead of the real one. */
  aheadMs: number;
}

export interface InvocationAnswer {
  result: unknown;
  /** `null`: the function returned. */
  error: string | null;
  /** Peak of the resident memory since the start of the process. */
  peakBytes: number;
}
