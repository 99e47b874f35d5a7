/** Says who did it, from where, by which call, when: as far as it is known, and with the doubt that is left. */
import type { Alert } from '../contract/json-event.ts';
import type { AttributedCall } from '../history/attribution.ts';
import { countOf } from './count-of.ts';
import { renderTimeOfDay } from './instants.ts';

/** How text from outside is shown in one place: printable in a mail, in a code span in Slack. */
export type ShowText = (text: string, maxLength: number) => string;

export interface Who {
  /** `By: IAM user alice, from 198.51.100.7 (console), PutInstancePublicPorts at 10:01:03 UTC.`, or `By, in this order:` */
  lead: string;
  /** One phrase a call, where there are several. */
  calls: string[];
  /** A sentence, where the calls do not account for the change. */
  doubt: string | null;
}

const maxCallsShown = 4;

export function describeWho(alert: Alert, show: ShowText): Who {
  const { changedBy, attributionOff, changedBefore } = alert;
  const [first, ...others] = changedBy?.calls ?? [];
  if (changedBy === null || first === undefined) {
    return { lead: attributionOff ? 'By: not looked up.' : 'By: not known yet.', calls: [], doubt: null };
  }
  const doubt = describeDoubt(alert);
  if (others.length === 0 && !changedBy.callsLeftOut) {
    return { lead: `By: ${describeCall(first, changedBefore, show)}.`, calls: [], doubt };
  }
  const shown = [first, ...others].slice(0, maxCallsShown).map((call) => describeCall(call, changedBefore, show));
  const more = changedBy.calls.length - shown.length + (changedBy.callsLeftOut ?? 0);
  return {
    lead: 'By, in this order:',
    calls: more === 0 ? shown : [...shown, `and ${countOf(more, 'more call')}`],
    doubt,
  };
}

/** `IAM user alice, from 198.51.100.7 (console), PutInstancePublicPorts at 10:01:03 UTC` */
function describeCall(call: AttributedCall, changedBefore: string, show: ShowText): string {
  const { by, name, at, sourceIpAddress } = call;
  const way = describeWay(call, show);
  const from = sourceIpAddress === null ? '' : `, from ${show(sourceIpAddress, 60)}`;
  const when = Number.isNaN(Date.parse(at)) ? show(at, 60) : renderTimeOfDay(at, changedBefore);
  return `${show(by, 160)}${from}${way === null ? '' : ` (${way})`}, ${show(name, 60)} at ${when}`;
}

function describeWay({ through, userAgent }: AttributedCall, show: ShowText): string | null {
  const agent = userAgent === null ? null : show(userAgent, 60);
  switch (through) {
    case 'console':
      return 'console';
    case 'api':
      return agent === null ? 'API' : `API, ${agent}`;
    case 'aws-service':
      return 'AWS service';
    case null:
      return agent;
  }
}

/** Of a flap, its reason says so already. */
function describeDoubt({ changedBy, kind }: Alert): string | null {
  if (changedBy === null || changedBy.fit === 'explained' || kind === 'firewall-flapped') return null;
  const isOne = changedBy.calls.length === 1;
  if (changedBy.fit === 'not-explained') {
    return isOne ? 'This call alone does not make this change.' : 'These calls alone do not make this change.';
  }
  return isOne
    ? 'What it asked for is not known in full: whether this call makes this change can not be told.'
    : 'What they asked for is not known in full: whether these calls make this change can not be told.';
}

/** `IAM user alice`, `IAM user alice and 1 more`: as it came, for a headline. */
export function nameActors({ changedBy }: Pick<Alert, 'changedBy'>): string | null {
  const [first, ...others] = new Set((changedBy?.calls ?? []).map(({ by }) => by));
  if (first === undefined) return null;
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}
