/**
 * One environment of a deployed function, as a separate process: it loads a bundle, and runs one invocation at a time, as AWS Lambda does.
 * `function-pool.ts` starts the process with the path of the bundle.
 */
import { flushCompileCache } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Invocation, InvocationAnswer } from './invocation.ts';

let aheadMs = 0;
const RealDate = Date;

/** The clock of the function is the clock of the stand-ins, which can be ahead of the real one. */
globalThis.Date = class extends RealDate {
  constructor(...given: [] | [number | string | Date]) {
    super(given.length === 0 ? RealDate.now() + aheadMs : given[0]);
  }

  static override now(): number {
    return RealDate.now() + aheadMs;
  }
} as DateConstructor;

const { handler } = await import(pathToFileURL(process.argv[2] ?? '').href);
// Writes the compiled code now, because a process that is killed writes nothing at its end.
flushCompileCache();

process.on('message', async ({ event, remainingMs, aheadMs: ahead }: Invocation) => {
  aheadMs = ahead;
  const endsAt = RealDate.now() + remainingMs;
  const context = {
    functionName: 'Scan',
    awsRequestId: 'request-1',
    memoryLimitInMB: process.argv[3],
    invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:Scan',
    getRemainingTimeInMillis: () => endsAt - RealDate.now(),
  };
  let outcome: Pick<InvocationAnswer, 'result' | 'error'>;
  try {
    outcome = { result: await handler(event, context), error: null };
  } catch (error) {
    outcome = { result: null, error: String(error) };
  }
  // `maxRSS` is the peak memory since the start of the process, in units of 1,024 bytes.
  const answer: InvocationAnswer = { ...outcome, peakBytes: process.resourceUsage().maxRSS * 1_024 };
  process.send?.(answer);
});

process.send?.('ready');
