/**
 * DynamoDB on loopback: dynalite, in memory, behind the same faults, latency and call log as the other stand-ins (`/_emulator/`
 * lists them). Tables are for whoever uses it to create. What dynalite lacks: transactions, time to live, streams,
 * `ReturnValuesOnConditionCheckFailure`.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import dynalite from 'dynalite';
import { isControl, serveControl } from './wire/control.ts';
import { jsonError, looseParams, signedRegion } from './wire/json-protocol.ts';
import { type Exchange, startLoopbackServer } from './wire/loopback-server.ts';
import type { Reply } from './wire/reply.ts';
import { Script, type Scripted, scriptedBy, scriptRoutes } from './wire/script.ts';

export interface DynamoDbEmulator extends Scripted {
  url: string;
  close(): Promise<void>;
}

export interface DynamoDbEmulatorOptions {
  /** 0, the default, takes any free port. */
  port?: number;
  /** Milliseconds since 1970, for the call log. */
  now?: () => number;
}

/** Throttling is the fault `{ kind: 'error', name: 'ProvisionedThroughputExceededException' }`. */
export async function startDynamoDbEmulator(options: DynamoDbEmulatorOptions = {}): Promise<DynamoDbEmulator> {
  const script = new Script(options.now);
  const routes = scriptRoutes(script);
  // Tables are ACTIVE as soon as they are asked for: nothing here is about waiting for one.
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const database = takeListener(server);
  const serve = async (exchange: Exchange) => {
    if (isControl(exchange)) serveControl(exchange, routes);
    else await serveApi(exchange, database, script);
  };
  const { url, close } = await startLoopbackServer(serve, { port: options.port, server });
  return {
    ...scriptedBy(script),
    url,
    close,
  };
}

type RequestListener = (request: unknown, response: unknown) => void;

/** dynalite answers requests by one listener: it is taken off its server and called in process, without a second socket. */
function takeListener(server: Server): RequestListener {
  const listeners = server.listeners('request');
  const [listener] = listeners;
  if (listeners.length !== 1 || listener === undefined) throw new Error('dynalite is not built as expected.');
  server.removeAllListeners('request');
  return (request, response) => void listener.call(server, request, response);
}

async function serveApi(exchange: Exchange, database: RequestListener, script: Script): Promise<void> {
  const target = exchange.request.headers['x-amz-target'];
  const operation = typeof target === 'string' ? (target.split('.')[1] ?? '') : '';
  const subject = {
    operation,
    region: signedRegion(exchange, 'dynamodb'),
    params: looseParams(exchange),
    body: exchange.body,
  };
  await script.run(exchange, subject, {
    perform: () => askDatabase(exchange, database),
    renderError: (answer) => {
      const name = `com.amazonaws.dynamodb.v20120810#${answer.name}`;
      const reply = jsonError({ ...answer, name, message: answer.message ?? answer.name });
      return { ...reply, headers: { ...reply.headers, 'content-type': 'application/x-amz-json-1.0' } };
    },
  });
}

/** Hands the request on as it came and catches the answer whole, so that every kind of fault can be done to it. */
function askDatabase(exchange: Exchange, database: RequestListener): Promise<Reply> {
  return new Promise((resolve) => {
    const { method, headers, url } = exchange.request;
    const request: Pick<IncomingMessage, 'method' | 'headers' | 'url'> & Readable = Object.assign(
      Readable.from([Buffer.from(exchange.body)], { objectMode: false }),
      { method, headers, url },
    );
    const caught: Record<string, string> = {};
    const response = {
      statusCode: 200,
      setHeader: (name: string, value: string | number) => {
        if (name.toLowerCase() !== 'content-length') caught[name.toLowerCase()] = String(value);
      },
      end: (body = '') => resolve({ status: response.statusCode, headers: caught, body }),
    } satisfies Partial<Record<keyof ServerResponse, unknown>>;
    database(request, response);
  });
}
