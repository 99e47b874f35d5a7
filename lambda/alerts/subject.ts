import type { Digest } from '../contract/json-event.ts';
import { worstSeverity } from '../firewall/index.ts';
import { isAccountWide } from './account-wide.ts';
import { renderAscii } from './escape.ts';
import { renderHeadline, renderStart } from './headline.ts';

/** SNS: "less than 100 characters", no line breaks, no control characters; ASCII was the rule before and satisfies every version. */
const maxSubjectLength = 99;

type SubjectOf = Pick<Digest, 'name' | 'alerts' | 'counted'>;

/**
 * `[CRITICAL] prod web-1: tcp 22 opened to anywhere (eu-west-1), 2 more`: the worst alert first, then how many there are beside it
 * (the starts of several regions are one). Printable ASCII, 1 to 99 characters. `alerts` worst first.
 */
export function renderSubject({ name, alerts, counted = [] }: SubjectOf): string {
  const [first] = alerts;
  const countedAlerts = counted.reduce((sum, { count }) => sum + count, 0);
  if (first === undefined) {
    const severity = worstSeverity(counted.map((each) => each.severity));
    return cut(
      `[${severity.toUpperCase()}] ${renderNames(name, '', 32)}: backlog of ${countedAlerts} alerts, counted only`,
      '',
    );
  }
  const starts = alerts.filter(({ kind }) => kind === 'monitoring-started');
  const isStart = first.kind === 'monitoring-started';
  const headline = renderAscii(isStart ? renderStart(starts) : renderHeadline(first));
  const more = alerts.length - (isStart ? starts.length : 1) + countedAlerts;
  // A sentence about where watching started names its region itself, or counts several; some are about the whole account.
  const where = isStart || isAccountWide(first) ? '' : ` (${renderAscii(first.region, 24)})`;
  const start = (names: string) => `[${first.severity.toUpperCase()}] ${names}: ${headline}`;
  const end = `${where}${more === 0 ? '' : `, ${more} more`}`;
  const instanceName = first.instance?.name ?? '';
  const long = start(renderNames(name, instanceName, 32));
  // Names give way before what happened does.
  return long.length + end.length <= maxSubjectLength
    ? long + end
    : cut(start(renderNames(name, instanceName, 18)), end);
}

function renderNames(name: string, instanceName: string, maxLength: number): string {
  return [renderAscii(name, maxLength), renderAscii(instanceName, maxLength)].filter((each) => each !== '').join(' ');
}

/** What comes last (the region, how many more) is kept; what stands before it gives way. */
function cut(start: string, end: string): string {
  const room = maxSubjectLength - end.length;
  return (start.length <= room ? start : `${start.slice(0, room - 3).trimEnd()}...`) + end;
}
