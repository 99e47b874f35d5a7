/** AWS JSON 1.1: `POST /`, the operation in `x-amz-target`, the region in the signature's credential scope. */
import { randomUUID } from 'node:crypto';
import type { Exchange } from './loopback-server.ts';
import { type ErrorAnswer, Refusal, type Reply } from './reply.ts';

const contentType = 'application/x-amz-json-1.1';

export function jsonReply(value: unknown): Reply {
  return { status: 200, headers: jsonHeaders(), body: JSON.stringify(value) };
}

/** `code`, `docs` and `tip` are Lightsail's; they are left out where not given. */
export function jsonError(answer: ErrorAnswer): Reply {
  const { name, status, message, code, docs, tip } = answer;
  const body = JSON.stringify({ __type: name, message: message ?? name, code, docs, tip });
  return { status: status ?? 400, headers: { ...jsonHeaders(), ...answer.headers }, body };
}

/** `Service_20161128.Operation` gives `Operation`; the empty string where the header is missing or of another service. */
export function parseTarget(exchange: Exchange, service: string): string {
  const target = exchange.request.headers['x-amz-target'];
  const start = `${service}.`;
  return typeof target === 'string' && target.startsWith(start) ? target.slice(start.length) : '';
}

/** Refuses what is not a JSON object, in the words of the services. */
export function parseParams(exchange: Exchange): Record<string, unknown> {
  const refusal = new Refusal({ name: 'SerializationException', message: 'The request is not a JSON object.' });
  let value: unknown;
  try {
    value = JSON.parse(exchange.body);
  } catch {
    throw refusal;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refusal;
  return { ...value };
}

/** For the call log and the faults only: a body that can't be read is `{}` here, and refused when the call is performed. */
export function looseParams(exchange: Exchange): Record<string, unknown> {
  try {
    return parseParams(exchange);
  } catch (error) {
    if (error instanceof Refusal) return {};
    throw error;
  }
}

/** The region a request was signed for; `null` where it is not signed for this service. The signature itself is not checked. */
export function signedRegion(exchange: Exchange, service: string): string | null {
  const scope = /Credential=[^/,]+\/\d{8}\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request/;
  const found = scope.exec(exchange.request.headers.authorization ?? '');
  return found?.[2] === service ? (found[1] ?? null) : null;
}

function jsonHeaders(): Record<string, string> {
  return { 'content-type': contentType, 'x-amzn-requestid': randomUUID() };
}
