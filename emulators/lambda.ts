/**
 * A stand-in for AWS Lambda on loopback: `Invoke`, `GetFunctionConfiguration` and `GetFunctionConcurrency` of functions that the caller
 * registers.
 */
import type { Exchange } from './wire/loopback-server.ts';
import { Refusal, type Reply } from './wire/reply.ts';
import { renderRestError, restReply } from './wire/rest-protocol.ts';
import { type StandIn, type StandInOptions, startStandIn } from './wire/stand-in.ts';

/** `payload`: JSON. A thrown error becomes a function error, in the format of Lambda's Node runtime. */
type EmulatedFunction = (payload: string) => Promise<unknown>;

interface EmulatedConfiguration {
  configuration: Readonly<Record<string, unknown>>;
  /** `null`: no concurrency is reserved. */
  reservedConcurrency: number | null;
}

export interface LambdaEmulator extends StandIn {
  setFunction(name: string, run: EmulatedFunction): void;
  /**
   * Sets the answers of `GetFunctionConfiguration` and `GetFunctionConcurrency`. With `null`, both answer that the function does not exist.
   * `Invoke` is not affected.
   */
  setConfiguration(name: string, facts: EmulatedConfiguration | null): void;
}

export async function startLambdaEmulator(options: StandInOptions = {}): Promise<LambdaEmulator> {
  const functions = new Map<string, EmulatedFunction>();
  const configurations = new Map<string, EmulatedConfiguration>();
  const standIn = await startStandIn(
    {
      describe: (exchange) => {
        const { operation, name } = parsePath(exchange);
        return { operation, region: null, params: { FunctionName: name }, body: exchange.body };
      },
      perform: (exchange) => {
        const { operation, name } = parsePath(exchange);
        return operation === 'Invoke'
          ? invoke(name, functions, exchange.body)
          : describeFunction(operation, name, configurations.get(name));
      },
      renderError: renderRestError,
    },
    options,
  );
  return {
    ...standIn,
    setFunction: (name, run) => void functions.set(name, run),
    setConfiguration: (name, facts) => {
      if (facts === null) configurations.delete(name);
      else configurations.set(name, facts);
    },
  };
}

const paths: readonly [operation: string, method: string, path: RegExp][] = [
  ['Invoke', 'POST', /^\/2015-03-31\/functions\/([^/]+)\/invocations$/],
  ['GetFunctionConfiguration', 'GET', /^\/2015-03-31\/functions\/([^/]+)\/configuration$/],
  ['GetFunctionConcurrency', 'GET', /^\/2019-09-30\/functions\/([^/]+)\/concurrency$/],
];

/** Returns empty texts for an unknown operation. */
function parsePath({ method, path }: Exchange): { operation: string; name: string } {
  for (const [operation, verb, pattern] of paths) {
    const name = pattern.exec(path)?.[1];
    if (method === verb && name !== undefined) return { operation, name: decodeURIComponent(name) };
  }
  return { operation: '', name: '' };
}

const functionNotFound = (name: string) =>
  new Refusal({ name: 'ResourceNotFoundException', status: 404, message: `Function not found: ${name}` });

function describeFunction(operation: string, name: string, facts: EmulatedConfiguration | undefined): Reply {
  if (facts === undefined) throw functionNotFound(name);
  if (operation === 'GetFunctionConfiguration') return restReply({ FunctionName: name, ...facts.configuration });
  const { reservedConcurrency } = facts;
  return restReply(reservedConcurrency === null ? {} : { ReservedConcurrentExecutions: reservedConcurrency });
}

async function invoke(name: string, functions: ReadonlyMap<string, EmulatedFunction>, payload: string): Promise<Reply> {
  const run = functions.get(name);
  if (run === undefined) throw functionNotFound(name);
  const headers = { 'content-type': 'application/json' };
  try {
    return { status: 200, headers, body: JSON.stringify(await run(payload)) };
  } catch (error) {
    const [errorType, errorMessage] = error instanceof Error ? [error.name, error.message] : ['Error', String(error)];
    const body = JSON.stringify({ errorType, errorMessage, trace: [] });
    return { status: 200, headers: { ...headers, 'x-amz-function-error': 'Unhandled' }, body };
  }
}
