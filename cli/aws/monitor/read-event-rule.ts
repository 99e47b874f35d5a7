/**
 * Reads the state of an EventBridge rule with `DescribeRule`. This file signs the request (Signature Version 4, header `authorization`),
 * because the SDK client for this one call would be one more dependency. A test compares the signature with the signature of the SDK.
 */
import { createHash, createHmac } from 'node:crypto';
import * as z from 'zod/mini';
import type { ReaderConfig } from './reader-config.ts';

export interface EventRuleFacts {
  isEnabled: boolean;
}

const answerSchema = z.object({ State: z.string() });
const errorSchema = z.object({ __type: z.optional(z.string()), message: z.optional(z.string()) });
const timeoutMs = 10_000;

/**
 * `id`: the name of a rule on the default bus, or `<bus>|<name>` for a rule on another bus. CloudFormation has ids of this form (issue 1131
 * of its coverage roadmap). `now`: the time of AWS in ms since the epoch; the signature is valid for five minutes from this time. Returns
 * `null` if the rule does not exist. If EventBridge answers with another error, throws an Error with the name of this error.
 */
export async function readEventRule(
  id: string,
  config: ReaderConfig,
  now: number,
  signal: AbortSignal,
): Promise<EventRuleFacts | null> {
  const { region } = config;
  const url = new URL(
    process.env['AWS_ENDPOINT_URL_EVENTBRIDGE'] ||
      process.env['AWS_ENDPOINT_URL'] ||
      `https://events.${region}.amazonaws.com`,
  );
  const [Name, EventBusName] = id.split('|').reverse();
  const body = JSON.stringify({ Name, EventBusName });
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    host: url.host,
    'x-amz-date': new Date(now).toISOString().replace(/[-:]|\.\d+/g, ''),
    'x-amz-target': 'AWSEvents.DescribeRule',
  };
  const signed = signRequest({ headers, body, region, service: 'events' }, await config.credentials());
  const answer = await fetch(url, {
    method: 'POST',
    headers: signed,
    body,
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
  });
  const value: unknown = JSON.parse(await answer.text());
  if (answer.ok) return { isEnabled: answerSchema.parse(value).State !== 'DISABLED' };
  const { __type = 'UnknownError', message = '' } = errorSchema.parse(value);
  const errorName = __type.split('#').at(-1) ?? __type;
  if (errorName === 'ResourceNotFoundException') return null;
  throw Object.assign(new Error(message), { name: errorName, $metadata: { httpStatusCode: answer.status } });
}

interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
}

interface Request {
  /** Names in lower case, with `host` and `x-amz-date`. The signature covers all headers. */
  headers: Readonly<Record<string, string>>;
  body: string;
  region: string;
  service: string;
}

/** Returns the headers of a `POST /` without a query, with the signature. */
export function signRequest(request: Request, credentials: Credentials): Record<string, string> {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const headers = { ...request.headers, ...(sessionToken && { 'x-amz-security-token': sessionToken }) };
  const sorted = Object.entries(headers).sort(([a], [b]) => (a < b ? -1 : 1));
  const names = sorted.map(([name]) => name).join(';');
  const canonical = ['POST', '/', '', ...sorted.map(([name, value]) => `${name}:${value}`), '', names];
  const instant = request.headers['x-amz-date'] ?? '';
  const scope = [instant.slice(0, 8), request.region, request.service, 'aws4_request'];
  const text = ['AWS4-HMAC-SHA256', instant, scope.join('/'), sha256([...canonical, sha256(request.body)].join('\n'))];
  const key = scope.reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${secretAccessKey}`);
  const signature = hmac(key, text.join('\n')).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope.join('/')}, SignedHeaders=${names}, Signature=${signature}`;
  return { ...headers, authorization };
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
