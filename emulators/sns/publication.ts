/** Parses a `Publish` request; refuses what the service refuses (`PublishInput` of the SDK's model, and the SNS guide). */
import { parseNumbered } from '../wire/query-protocol.ts';
import { invalidParameter } from './topics.ts';

export interface MessageAttribute {
  type: string;
  value: string;
}

export interface Publication {
  topicArn: string;
  subject: string | null;
  message: string;
  /** The text for each protocol, including `default`; `null` if one text is for all protocols. */
  byProtocol: Record<string, string> | null;
  attributes: Record<string, MessageAttribute>;
}

/** The limit for the body and the attributes together. Mail and https have this limit even if the topic allows more. */
const maxBytes = 262_144;

/** Throws InvalidParameter. Does not check that the topic exists. */
export function parsePublication(form: URLSearchParams, topicArn: string): Publication {
  const message = form.get('Message') ?? '';
  if (message === '') throw invalidParameter('Empty message');
  const attributes = parseAttributes(form);
  const bytes = Object.entries(attributes).reduce(
    (sum, [name, { type, value }]) => sum + Buffer.byteLength(name + type + value),
    Buffer.byteLength(message),
  );
  if (bytes > maxBytes) throw invalidParameter('Message too long');
  const byProtocol = parseStructure(form.get('MessageStructure'), message);
  return { topicArn, subject: parseSubject(form.get('Subject')), message, byProtocol, attributes };
}

export function chooseText(publication: Publication, protocol: string): string {
  const { byProtocol, message } = publication;
  return byProtocol === null ? message : (byProtocol[protocol] ?? byProtocol['default'] ?? '');
}

function parseSubject(subject: string | null): string | null {
  if (subject === null) return null;
  // An earlier rule of the service refuses a leading blank ("begins with a letter, number or punctuation mark"), the present rule does not.
  // The stand-in applies the stricter rule.
  const isBad = subject === '' || subject.length >= 100 || /[\p{Cc}\p{Zl}\p{Zp}]|^\s/u.test(subject);
  if (isBad) throw invalidParameter('Subject');
  return subject;
}

function parseStructure(structure: string | null, message: string): Record<string, string> | null {
  if (structure === null || structure === '') return null;
  if (structure !== 'json') throw invalidParameter('MessageStructure');
  const texts = parseTexts(message);
  if (texts['default'] === undefined) {
    throw invalidParameter('Message Structure - No default entry in JSON message body');
  }
  return texts;
}

/** Leaves out values that are not strings. Throws InvalidParameter for a message that is no JSON object. */
function parseTexts(message: string): Record<string, string> {
  let value: unknown;
  try {
    value = JSON.parse(message);
  } catch {
    throw invalidParameter('Message Structure - JSON message body failed to parse');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidParameter('Message Structure - JSON message body failed to parse');
  }
  const texts: Record<string, string> = {};
  for (const [protocol, text] of Object.entries(value)) if (typeof text === 'string') texts[protocol] = text;
  return texts;
}

function parseAttributes(form: URLSearchParams): Record<string, MessageAttribute> {
  const attributes: Record<string, MessageAttribute> = {};
  for (const fields of parseNumbered(form, 'MessageAttributes.entry')) {
    const name = fields.get('Name') ?? '';
    const type = fields.get('Value.DataType') ?? '';
    const value = fields.get(type.startsWith('Binary') ? 'Value.BinaryValue' : 'Value.StringValue') ?? '';
    if (!/^[\w.-]{1,256}$/.test(name)) throw invalidParameter(`Message attribute name ${JSON.stringify(name)}`);
    if (!/^(String|String\.Array|Number|Binary)(\.[\w-]+)?$/.test(type)) {
      throw invalidParameter(`The message attribute '${name}' has an invalid message attribute type`);
    }
    if (value === '' || (type === 'String.Array' && !isJsonList(value)) || (type === 'Number' && !isNumber(value))) {
      throw invalidParameter(`The message attribute '${name}' must contain a non-empty value of its type`);
    }
    attributes[name] = { type, value };
  }
  return attributes;
}

function isNumber(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}

function isJsonList(text: string): boolean {
  try {
    return Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
}
