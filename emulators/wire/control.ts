/**
 * Controls a stand-in over HTTP, for tests in another process and for a shell: `GET` and `POST` under `/_emulator/` on the stand-in's port.
 */
import type { Exchange } from './loopback-server.ts';
import { send } from './send.ts';

export interface ControlRoutes {
  /** Routes that only read. The answer is JSON. */
  get: Record<string, () => unknown>;
  /** Routes that change the stand-in. Each route validates its JSON input; the answer is JSON. */
  post: Record<string, (input: unknown) => unknown>;
}

const prefix = '/_emulator/';

export function isControl(exchange: Exchange): boolean {
  return exchange.path.startsWith(prefix);
}

export function mergeRoutes(...all: ControlRoutes[]): ControlRoutes {
  return {
    get: Object.assign({}, ...all.map((routes) => routes.get)),
    post: Object.assign({}, ...all.map((routes) => routes.post)),
  };
}

/** An unknown route is answered with 404 and the known routes; a refused input with 400 and the error text. */
export function serveControl(exchange: Exchange, routes: ControlRoutes): void {
  const name = exchange.path.slice(prefix.length);
  try {
    if (exchange.method === 'GET' && Object.hasOwn(routes.get, name)) {
      sendJson(exchange, 200, routes.get[name]?.() ?? null);
    } else if (exchange.method === 'POST' && Object.hasOwn(routes.post, name)) {
      const input: unknown = exchange.body === '' ? {} : JSON.parse(exchange.body);
      sendJson(exchange, 200, routes.post[name]?.(input) ?? {});
    } else {
      sendJson(exchange, 404, { get: Object.keys(routes.get), post: Object.keys(routes.post) });
    }
  } catch (error) {
    sendJson(exchange, 400, { error: error instanceof Error ? error.message : String(error) });
  }
}

function sendJson(exchange: Exchange, status: number, value: unknown): void {
  const headers = { 'content-type': 'application/json' };
  send(exchange.response, { status, headers, body: `${JSON.stringify(value, null, 1)}\n` });
}
