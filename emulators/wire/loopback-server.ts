/** The HTTP server of the stand-ins. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** A request with its whole body, and its response. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  method: string;
  path: string;
  query: URLSearchParams;
  body: string;
}

interface LoopbackServer {
  /** Without a slash at its end: `http://127.0.0.1:40123`. */
  url: string;
  /** Ends every connection, also those of the fault `hang`. Resolves when the port is free. A second call has no effect. */
  close(): Promise<void>;
}

interface LoopbackOptions {
  /** Default: 0, which selects any free port. */
  port?: number | undefined;
  /** A server to use in place of a new one. The caller must have removed every request listener of this server. */
  server?: Server | undefined;
}

/** A larger request body is a bug of the client: DynamoDB accepts at most 16 MiB, the other services far less. */
const maxBodyBytes = 16 * 1024 * 1024;

/** Listens on 127.0.0.1. An error that `handle` throws is answered with HTTP 500 and its text, so that a bug of the stand-in is noticed. */
export async function startLoopbackServer(
  handle: (exchange: Exchange) => Promise<void>,
  options: LoopbackOptions = {},
): Promise<LoopbackServer> {
  const server = options.server ?? createServer();
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    // Node would use `new Date()`, which a test that replaces `Date.now` does not change.
    response.setHeader('date', new Date(Date.now()).toUTCString());
    readExchange(request, response)
      .then(handle)
      .catch((error: unknown) => failLoudly(response, error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The stand-in got no TCP port to listen on.');
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= closeServer(server);
    return closed;
  };
  return { url: `http://127.0.0.1:${address.port}`, close };
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeAllConnections();
  });
}

async function readExchange(request: IncomingMessage, response: ServerResponse): Promise<Exchange> {
  const body = await readBody(request);
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  return {
    request,
    response,
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    body,
  };
}

/** Reads the body with events: with `for await`, reading the body would take a tenth of the stand-in's time. */
function readBody(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBodyBytes) reject(new Error(`The request body is larger than ${maxBodyBytes} bytes.`));
      else chunks.push(chunk);
    });
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.on('error', reject);
  });
}

function failLoudly(response: ServerResponse, error: unknown): void {
  if (response.destroyed || response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(`The stand-in itself failed: ${error instanceof Error ? error.stack : String(error)}`);
}
