/** Invokes a function of AWS Lambda and waits for its answer. For the command line; nothing that is deployed invokes another. */
import { InvokeCommand, LambdaClient, type LambdaClientConfig } from '@aws-sdk/client-lambda';
import { clientSettings, defaultTimeouts } from '../../lambda/adapters/client-settings.ts';

/** The function was started and ended with an error. `message`: its type and words; text from outside. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
}

export type InvokeConfig = Pick<LambdaClientConfig, 'region' | 'credentials'>;

/** A function may run for 15 minutes (Lambda's limit), and says nothing meanwhile. */
const longestRunMs = 15 * 60_000 + 10_000;

/**
 * What the function returned, as JSON. Not tried again: whether a lost answer was one of a scan that ran can't be known. Throws
 * FunctionError; else what the SDK throws.
 */
export async function invokeFunction(
  functionName: string,
  event: unknown,
  config: InvokeConfig,
  signal: AbortSignal,
): Promise<unknown> {
  const settings = clientSettings({ ...defaultTimeouts, requestTimeoutMs: longestRunMs, maxAttempts: 1 });
  const client = new LambdaClient({ ...settings, ...config });
  try {
    const command = new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(JSON.stringify(event)) });
    const { Payload, FunctionError: problem } = await client.send(command, { abortSignal: signal });
    const answer: unknown = JSON.parse(Buffer.from(Payload ?? []).toString('utf8') || 'null');
    if (problem !== undefined) throw new FunctionError(describeProblem(answer, problem));
    return answer;
  } finally {
    client.destroy();
  }
}

/** `{"errorType": "Error", "errorMessage": "…"}`; a function that ran out of time has a message only. */
function describeProblem(answer: unknown, problem: string): string {
  if (typeof answer !== 'object' || answer === null || !('errorMessage' in answer)) return problem;
  const type = 'errorType' in answer ? `${String(answer.errorType)}: ` : '';
  return `${type}${String(answer.errorMessage)}`;
}
