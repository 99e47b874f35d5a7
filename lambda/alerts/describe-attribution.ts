/** The wording of an attribution: actor, source address, API call, time, and the doubt if the calls do not explain the change. */
import type { Alert, AlertAttribution } from '../contract/json-event.ts';
import type { AttributedCall } from '../history/attribution.ts';
import { renderCount } from './render-count.ts';
import { renderTimeOfDay } from './render-instant.ts';

/** Escapes text that others wrote, such as an instance name, for one channel, and cuts the text at `maxLength` characters. */
export type ShowText = (text: string, maxLength: number) => string;

interface AttributionText {
  /**
   * `By: IAM user alice, from 198.51.100.7 (console), PutInstancePublicPorts at 10:01:03 UTC.` Several calls: `By, in this order:`. No
   * call: `By: not known yet.` or `By: not looked up.`
   */
  lead: string;
  /** One phrase for each of the first 4 API calls, then the number of other calls. Empty if `lead` names the only call, or no call. */
  calls: string[];
  /**
   * A sentence if the calls perhaps do not explain the change. `null`: the calls explain the change, or the reason of the alert has the
   * sentence.
   */
  doubt: string | null;
}

const maxCallsShown = 4;

/** `lead` and `calls` show a time without its date if the date is that of `changedBefore`. */
export function describeAttribution(
  alert: Pick<Alert, 'kind' | 'changedBy' | 'attributionOff' | 'changedBefore'>,
  show: ShowText,
): AttributionText {
  const { changedBy, attributionOff, changedBefore } = alert;
  const [first, ...others] = changedBy?.calls ?? [];
  if (changedBy === null || first === undefined) {
    return { lead: attributionOff ? 'By: not looked up.' : 'By: not known yet.', calls: [], doubt: null };
  }
  const describe = (call: AttributedCall) =>
    describeApiCall(call, show, (at) => renderCallTime(at, changedBefore, show));
  // The reason of a transient change contains the doubt.
  const doubt = alert.kind === 'firewall-flapped' ? null : describeDoubt(changedBy);
  if (others.length === 0 && !changedBy.callsLeftOut) return { lead: `By: ${describe(first)}.`, calls: [], doubt };
  const shown = [first, ...others].slice(0, maxCallsShown).map(describe);
  const more = changedBy.calls.length - shown.length + (changedBy.callsLeftOut ?? 0);
  return {
    lead: 'By, in this order:',
    calls: more === 0 ? shown : [...shown, `and ${renderCount(more, 'more call')}`],
    doubt,
  };
}

/** `IAM user alice, from 198.51.100.7 (console), PutInstancePublicPorts at 10:01:03 UTC` */
export function describeApiCall(
  call: Omit<AttributedCall, 'eventId' | 'arn'>,
  show: ShowText,
  renderTime: (at: string) => string,
): string {
  const { by, name, at, sourceIpAddress, through } = call;
  // For a call by an AWS service, CloudTrail writes the service's name also as address and user agent. One mention is enough.
  const isNamed = sourceIpAddress !== null && by.includes(sourceIpAddress);
  const client = describeClient(call, show);
  const isConsole = through === 'console' && sourceIpAddress?.endsWith('.amazonaws.com');
  const from = sourceIpAddress === null || isNamed || isConsole ? '' : `, from ${show(sourceIpAddress, 60)}`;
  return `${show(by, 160)}${from}${client === null || isNamed ? '' : ` (${client})`}, ${show(name, 60)} at ${renderTime(at)}`;
}

/** Returns a sentence for people; `null` if the calls explain the change. */
export function describeDoubt({ calls, fit }: Pick<AlertAttribution, 'calls' | 'fit'>): string | null {
  const isOne = calls.length === 1;
  switch (fit) {
    case 'explained':
      return null;
    case 'not-explained':
      return isOne ? 'This call alone does not make this change.' : 'These calls alone do not make this change.';
    case 'not-told':
      return isOne
        ? 'CloudTrail does not record all parameters of this call: it is unknown if the call made this change.'
        : 'Not all parameters of these calls are known: it is unknown if they made this change.';
  }
}

/** Returns text like `IAM user alice` or `IAM user alice and 1 more`. The caller must escape the text. `null`: no call is known. */
export function nameActors({ changedBy }: Pick<Alert, 'changedBy'>): string | null {
  const [first, ...others] = new Set((changedBy?.calls ?? []).map(({ by }) => by));
  if (first === undefined) return null;
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}

function renderCallTime(at: string, changedBefore: string, show: ShowText): string {
  return Number.isNaN(Date.parse(at)) ? show(at, 60) : renderTimeOfDay(at, changedBefore);
}

function describeClient(
  { through, userAgent, sourceIpAddress }: Pick<AttributedCall, 'through' | 'userAgent' | 'sourceIpAddress'>,
  show: ShowText,
) {
  const agent = userAgent === null ? null : show(userAgent, 60);
  switch (through) {
    case 'console':
      return 'console';
    case 'api':
      return agent === null ? 'API' : `API, ${agent}`;
    case 'aws-service':
      return 'AWS service';
    case null:
      return userAgent === sourceIpAddress ? null : agent;
  }
}
