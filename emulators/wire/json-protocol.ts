/** The AWS JSON protocol: `POST /`, the operation in `x-amz-target`, the region in the signature's credential scope. */
import { randomUUID } from 'node:crypto';
import type { RequestFacts } from './fault-plan.ts';
import type { Exchange } from './loopback-server.ts';
import { type ErrorAnswer, Refusal, type Reply } from './reply.ts';

const contentType = 'application/x-amz-json-1.1';

export function jsonReply(value: unknown): Reply {
  return { status: 200, headers: jsonHeaders(), body: JSON.stringify(value) };
}

/** Only Lightsail sends `code`, `docs` and `tip`; they are omitted if not given. */
export function jsonError(answer: ErrorAnswer): Reply {
  const { name, status, message, code, docs, tip } = answer;
  const body = JSON.stringify({ __type: name, message: message ?? name, code, docs, tip });
  return { status: status ?? 400, headers: { ...jsonHeaders(), ...answer.headers }, body };
}

/** JSON 1.0 differs from JSON 1.1 only in the content type. */
export function asJson10(reply: Reply): Reply {
  return { ...reply, headers: { ...reply.headers, 'content-type': 'application/x-amz-json-1.0' } };
}

/** `targetPrefix`: the part of `x-amz-target` before the dot. `signedService`: the service name in the signature. */
export function describeJson(exchange: Exchange, targetPrefix: string, signedService: string): RequestFacts {
  return {
    operation: parseTarget(exchange, targetPrefix),
    region: signedRegion(exchange, signedService),
    params: looseParams(exchange),
    body: exchange.body,
  };
}

/** For `Service_20161128.Operation` returns `Operation`; empty text if the header is missing or names another service. */
export function parseTarget(exchange: Exchange, service: string): string {
  const target = exchange.request.headers['x-amz-target'];
  const start = `${service}.`;
  return typeof target === 'string' && target.startsWith(start) ? target.slice(start.length) : '';
}

/** Throws the services' own error if the body is not a JSON object. */
export function parseParams(exchange: Exchange): Record<string, unknown> {
  const value = parseObject(exchange.body);
  if (value === null)
    throw new Refusal({ name: 'SerializationException', message: 'The request is not a JSON object.' });
  return value;
}

/** For the request log and the fault rules only. An invalid body becomes `{}` here, and is refused when the operation runs. */
export function looseParams(exchange: Exchange): Record<string, unknown> {
  return parseObject(exchange.body) ?? {};
}

/** `null`: the text is not a JSON object. */
function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

/** The region that a request is signed for; `null` if the request is not signed for this service. The signature is not verified. */
export function signedRegion(exchange: Exchange, service: string): string | null {
  const scope = /Credential=[^/,]+\/\d{8}\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request/;
  const found = scope.exec(exchange.request.headers.authorization ?? '');
  return found?.[2] === service ? (found[1] ?? null) : null;
}

function jsonHeaders(): Record<string, string> {
  return { 'content-type': contentType, 'x-amzn-requestid': randomUUID() };
}
