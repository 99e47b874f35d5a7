/** A stand-in for AWS Lambda on loopback: `Invoke` of functions that whoever starts it brings along. */
import { isControl, serveControl } from './wire/control.ts';
import { type Exchange, startLoopbackServer } from './wire/loopback-server.ts';
import { type ErrorAnswer, Refusal, type Reply } from './wire/reply.ts';
import { Script, type Scripted, scriptedBy, scriptRoutes } from './wire/script.ts';

/** Takes the payload, as text; an error that it throws is answered as an error of the function, as Lambda's Node runtime words it. */
export type EmulatedFunction = (payload: string) => Promise<unknown>;

export interface LambdaEmulator extends Scripted {
  url: string;
  setFunction(name: string, run: EmulatedFunction): void;
  close(): Promise<void>;
}

export async function startLambdaEmulator(
  options: { port?: number; now?: () => number } = {},
): Promise<LambdaEmulator> {
  const functions = new Map<string, EmulatedFunction>();
  const script = new Script(options.now);
  const routes = scriptRoutes(script);
  const server = await startLoopbackServer(async (exchange) => {
    if (isControl(exchange)) return serveControl(exchange, routes);
    const name = parseFunctionName(exchange);
    const operation = name === null ? '' : 'Invoke';
    const subject = { operation, region: null, params: { FunctionName: name }, body: exchange.body };
    await script.run(exchange, subject, { perform: () => invoke(name, functions, exchange.body), renderError });
  }, options);
  return {
    ...scriptedBy(script),
    url: server.url,
    setFunction: (name, run) => void functions.set(name, run),
    close: () => server.close(),
  };
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

/** REST JSON: the error's name in a header. */
function renderError({ name, status, message, headers }: ErrorAnswer): Reply {
  return {
    status: status ?? 400,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': name, ...headers },
    body: JSON.stringify({ Type: 'User', Message: message ?? name, message: message ?? name }),
  };
}
