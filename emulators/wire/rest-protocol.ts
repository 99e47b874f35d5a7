/** The AWS REST JSON protocol: the name of an error is in a header. */
import type { ErrorAnswer, Reply } from './reply.ts';

export function restReply(value: unknown): Reply {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}

export function renderRestError({ name, status, message, headers }: ErrorAnswer): Reply {
  return {
    status: status ?? 400,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': name, ...headers },
    body: JSON.stringify({ Type: 'User', Message: message ?? name, message: message ?? name }),
  };
}
