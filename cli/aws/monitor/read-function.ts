import { GetFunctionConcurrencyCommand, GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { withClient } from '../with-client.ts';
import { type ReaderConfig, readerSettings, readOrNull } from './reader-config.ts';

export interface FunctionFacts {
  /** `Active`, `Pending`, `Inactive`, `Failed`. */
  state: string;
  /** Why the state is not `Active`: text from Lambda. */
  stateReason: string;
  /** `Successful`, `InProgress`, `Failed`. */
  lastUpdate: string;
}

/** `null`: there is no function of that name. */
export function readFunction(name: string, config: ReaderConfig, signal: AbortSignal): Promise<FunctionFacts | null> {
  return withClient(new LambdaClient(readerSettings(config)), async (client) => {
    const command = new GetFunctionConfigurationCommand({ FunctionName: name });
    const answer = await readOrNull(client.send(command, { abortSignal: signal }));
    return (
      answer && {
        state: answer.State ?? 'unknown',
        stateReason: answer.StateReason ?? '',
        lastUpdate: answer.LastUpdateStatus ?? 'Successful',
      }
    );
  });
}

/** Reserved concurrent executions; `null`: none are reserved, or the function does not exist. */
export function readConcurrency(name: string, config: ReaderConfig, signal: AbortSignal): Promise<number | null> {
  return withClient(new LambdaClient(readerSettings(config)), async (client) => {
    const command = new GetFunctionConcurrencyCommand({ FunctionName: name });
    const answer = await readOrNull(client.send(command, { abortSignal: signal }));
    return answer?.ReservedConcurrentExecutions ?? null;
  });
}
