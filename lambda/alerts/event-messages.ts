/** Divides a message of the alert topic into messages for programs: one alert in each, with attributes for filter policies. */
import { digestSchemas } from '../contract/json-event.ts';
import { parseJson } from '../contract/parse-json.ts';
import { severities, worstSeverity } from '../firewall/index.ts';
import { parseAlarm } from './alarm-message.ts';
import { renderWireJson } from './escape.ts';
import type { PlainMessage } from './sns-message.ts';

type Json = Record<string, unknown>;

/**
 * Returns one message for each alert. If the event also has counted alerts (a backlog that is too large to send), one more message has only
 * the counts. Unknown kinds and fields are kept.
 *
 * Returns no message for an alarm of CloudWatch, which is for people. (The alert topic gets alarms if the health topic fails.) Throws an
 * Error for any other text, so that no alert is dropped.
 */
export function planEventMessages(text: string): PlainMessage[] {
  const event = parseJson(text);
  if (parseAlarm(event) !== null) return [];
  if (!isObject(event) || !digestSchemas.some((known) => known === event['schema']) || !Array.isArray(event['alerts']))
    throw new Error(`Expected an event {"schema":"${digestSchemas[0]}","alerts":[…]}, got ${text.slice(0, 200)}`);
  const { alerts, counted, countedQuery, ...digest } = event;
  const { account } = digest;
  const messages = alerts.map((alert: unknown) => {
    const { severity, kind, region, account: own = account } = isObject(alert) ? alert : {};
    return plainMessage({ ...digest, alerts: [alert] }, { severity, kind, region, account: own });
  });
  if (!Array.isArray(counted)) return messages;
  const severity = worstSeverity(counted.flatMap(readSeverity));
  return [
    ...messages,
    plainMessage({ ...digest, alerts: [], counted, countedQuery }, { severity, kind: 'backlog', account }),
  ];
}

/** SNS refuses an attribute without a value, so empty attributes are left out. */
function plainMessage(event: Json, attributes: Json): PlainMessage {
  const texts = Object.entries(attributes).flatMap(([name, value]) =>
    typeof value === 'string' && value !== '' ? [[name, { type: 'String', value }] as const] : [],
  );
  return { message: renderWireJson(event), attributes: Object.fromEntries(texts) };
}

function readSeverity(counted: unknown) {
  const severity = isObject(counted) ? counted['severity'] : undefined;
  return severities.filter((known) => known === severity);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
