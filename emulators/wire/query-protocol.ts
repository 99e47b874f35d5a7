/** The AWS Query protocol: the request is an HTML form, the answer is XML. */
import { randomUUID } from 'node:crypto';
import type { RequestFacts } from './fault-plan.ts';
import type { Exchange } from './loopback-server.ts';
import type { ErrorAnswer, Reply } from './reply.ts';

/** The content of an element: text, a list of elements of one name (`member`), or further elements. */
type XmlValue = string | number | XmlElements | XmlElements[];
export interface XmlElements {
  [tag: string]: XmlValue;
}

interface QueryDialect {
  namespace: string;
}

/** `region`: the region of the signature; `null` for a service whose stand-in does not check the region. */
export function describeForm({ body }: Exchange, region: string | null): RequestFacts {
  const form = new URLSearchParams(body);
  return { operation: form.get('Action') ?? '', region, params: Object.fromEntries(form), body };
}

export function queryReply(dialect: QueryDialect, action: string, result: XmlElements): Reply {
  const requestId = randomUUID();
  const body =
    `<${action}Response xmlns="${dialect.namespace}"><${action}Result>${renderXml(result)}</${action}Result>` +
    `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${action}Response>`;
  return { status: 200, headers: xmlHeaders(requestId), body };
}

export function queryError(dialect: QueryDialect, answer: ErrorAnswer): Reply {
  const requestId = randomUUID();
  const status = answer.status ?? 400;
  const error = {
    Type: status < 500 ? 'Sender' : 'Receiver',
    Code: answer.name,
    Message: answer.message ?? answer.name,
  };
  const body =
    `<ErrorResponse xmlns="${dialect.namespace}"><Error>${renderXml(error)}</Error>` +
    `<RequestId>${requestId}</RequestId></ErrorResponse>`;
  return { status, headers: { ...xmlHeaders(requestId), ...answer.headers }, body };
}

/**
 * The elements of a numbered list, `Name.entry.1.Key=…` or `Name.member.1=…`, in the order of their numbers. Each element is a map of
 * its fields; the empty string is the key of the element's own value.
 */
export function parseNumbered(form: URLSearchParams, prefix: string): Map<string, string>[] {
  const found = new Map<number, Map<string, string>>();
  for (const [key, value] of form) {
    if (!key.startsWith(`${prefix}.`)) continue;
    const [number = '', ...field] = key.slice(prefix.length + 1).split('.');
    if (!/^[1-9]\d*$/.test(number)) continue;
    const fields = found.get(Number(number)) ?? new Map<string, string>();
    found.set(Number(number), fields.set(field.join('.'), value));
  }
  return [...found].sort(([a], [b]) => a - b).map(([, fields]) => fields);
}

function renderXml(elements: XmlElements): string {
  return Object.entries(elements)
    .map(([tag, value]) => `<${tag}>${renderValue(value)}</${tag}>`)
    .join('');
}

function renderValue(value: XmlValue): string {
  if (Array.isArray(value)) return value.map(renderXml).join('');
  return typeof value === 'object' ? renderXml(value) : escapeXml(String(value));
}

function escapeXml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}

function xmlHeaders(requestId: string): Record<string, string> {
  return { 'content-type': 'text/xml', 'x-amzn-requestid': requestId };
}
