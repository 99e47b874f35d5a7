import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Reply } from './reply.ts';

export function send(response: ServerResponse, reply: Reply): void {
  if (response.destroyed) return;
  response.writeHead(reply.status, { ...reply.headers, 'content-length': Buffer.byteLength(reply.body) });
  response.end(reply.body);
}

/** Sends RST, not FIN: the client sees ECONNRESET, as when a load balancer drops a connection. */
export function reset(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}

/** Announces the whole body in `content-length`, sends half of the body, and resets the connection. */
export async function sendHalfAndReset(response: ServerResponse, reply: Reply): Promise<void> {
  const body = Buffer.from(reply.body);
  response.writeHead(reply.status, { ...reply.headers, 'content-length': body.length });
  response.write(body.subarray(0, Math.floor(body.length / 2)));
  // An RST right after the data can discard the data in the client's buffer. Within 20 ms the first half arrives.
  await sleep(20, undefined, { ref: false });
  reset(response);
}

/** Sends the body in up to ten pieces, spread evenly over `overMs`. */
export async function sendSlowly(response: ServerResponse, reply: Reply, overMs: number): Promise<void> {
  const body = Buffer.from(reply.body);
  const size = Math.max(1, Math.ceil(body.length / 10));
  response.writeHead(reply.status, { ...reply.headers, 'content-length': body.length });
  response.flushHeaders();
  for (let start = 0; start < body.length && !response.destroyed; start += size) {
    await sleep(overMs / 10, undefined, { ref: false });
    response.write(body.subarray(start, start + size));
  }
  response.end();
}
