import { InvokeCommand, LambdaClient, type LambdaClientConfig } from '@aws-sdk/client-lambda';
import { clientSettings, defaultTimeouts } from '../../lambda/adapters/client-settings.ts';
import { withClient } from './with-client.ts';

/** The function ran and ended with an error. `message`: type and message of the function's error, as unchecked text. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
}

export type InvokeConfig = Pick<LambdaClientConfig, 'region' | 'credentials'>;

/** A function can run for 15 minutes (Lambda's limit), and answers at the end. Ten seconds more leave time for the answer to arrive. */
const longestRunMs = 15 * 60_000 + 10_000;

/**
 * Returns the result of the function, parsed from JSON. Makes one attempt only, because after a lost answer nobody knows if the function
 * ran. Throws FunctionError, or the error of the SDK.
 */
export function invokeFunction(
  functionName: string,
  event: unknown,
  config: InvokeConfig,
  signal: AbortSignal,
): Promise<unknown> {
  const settings = clientSettings({ ...defaultTimeouts, requestTimeoutMs: longestRunMs, maxAttempts: 1 });
  return withClient(new LambdaClient({ ...settings, ...config }), async (client) => {
    const command = new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(JSON.stringify(event)) });
    const { Payload, FunctionError: problem } = await client.send(command, { abortSignal: signal });
    const answer: unknown = JSON.parse(Buffer.from(Payload ?? []).toString('utf8') || 'null');
    if (problem !== undefined) throw new FunctionError(describeProblem(answer, problem));
    return answer;
  });
}

/** `answer`: `{"errorType": "Error", "errorMessage": "…"}`. After a timeout, `errorType` is missing. */
function describeProblem(answer: unknown, problem: string): string {
  if (typeof answer !== 'object' || answer === null || !('errorMessage' in answer)) return problem;
  const type = 'errorType' in answer ? `${String(answer.errorType)}: ` : '';
  return `${type}${String(answer.errorMessage)}`;
}
