/** A stand-in for AWS Lambda on loopback: `Invoke` of functions that the caller registers. */
import type { Exchange } from './wire/loopback-server.ts';
import { type ErrorAnswer, Refusal, type Reply } from './wire/reply.ts';
import { type StandIn, type StandInOptions, startStandIn } from './wire/stand-in.ts';

/** Takes the payload as text. An error that it throws is answered as a function error, in the format of Lambda's Node runtime. */
export type EmulatedFunction = (payload: string) => Promise<unknown>;

export interface LambdaEmulator extends StandIn {
  setFunction(name: string, run: EmulatedFunction): void;
}

export async function startLambdaEmulator(options: StandInOptions = {}): Promise<LambdaEmulator> {
  const functions = new Map<string, EmulatedFunction>();
  const standIn = await startStandIn(
    {
      describe: (exchange) => {
        const name = parseFunctionName(exchange);
        const operation = name === null ? '' : 'Invoke';
        return { operation, region: null, params: { FunctionName: name }, body: exchange.body };
      },
      perform: (exchange) => invoke(parseFunctionName(exchange), functions, exchange.body),
      renderError,
    },
    options,
  );
  return { ...standIn, setFunction: (name, run) => void functions.set(name, run) };
}

function parseFunctionName({ method, path }: Exchange): string | null {
  const found = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(path);
  return method === 'POST' && found?.[1] !== undefined ? decodeURIComponent(found[1]) : null;
}

async function invoke(
  name: string | null,
  functions: ReadonlyMap<string, EmulatedFunction>,
  payload: string,
): Promise<Reply> {
  const run = name === null ? undefined : functions.get(name);
  if (run === undefined)
    throw new Refusal({ name: 'ResourceNotFoundException', status: 404, message: `Function not found: ${name}` });
  const headers = { 'content-type': 'application/json' };
  try {
    return { status: 200, headers, body: JSON.stringify(await run(payload)) };
  } catch (error) {
    const [errorType, errorMessage] = error instanceof Error ? [error.name, error.message] : ['Error', String(error)];
    const body = JSON.stringify({ errorType, errorMessage, trace: [] });
    return { status: 200, headers: { ...headers, 'x-amz-function-error': 'Unhandled' }, body };
  }
}

/** The REST JSON protocol: the name of the error is in a header. */
function renderError({ name, status, message, headers }: ErrorAnswer): Reply {
  return {
    status: status ?? 400,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': name, ...headers },
    body: JSON.stringify({ Type: 'User', Message: message ?? name, message: message ?? name }),
  };
}
