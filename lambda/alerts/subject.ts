import { worstSeverity } from '../firewall/index.ts';
import type { Digest } from './alert.ts';
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
    return cut(`[${severity.toUpperCase()}] ${renderName(name)}: backlog of ${countedAlerts} alerts, counted only`, '');
  }
  const starts = alerts.filter(({ kind }) => kind === 'monitoring-started');
  const isStart = first.kind === 'monitoring-started';
  const headline = isStart ? renderStart(starts) : renderHeadline(first);
  const more = alerts.length - (isStart ? starts.length : 1) + countedAlerts;
  const who = [renderName(name), first.instance === null ? '' : renderAscii(first.instance.name, 32)]
    .filter(Boolean)
    .join(' ');
  // A sentence about where watching started names its region itself, or counts several.
  const where = isStart ? '' : ` (${renderAscii(first.region, 24)})`;
  return cut(
    `[${first.severity.toUpperCase()}] ${who}: ${renderAscii(headline)}`,
    `${where}${more === 0 ? '' : `, ${more} more`}`,
  );
}

function renderName(name: string): string {
  return renderAscii(name, 24);
}

/** What comes last (the region, how many more) is kept; what stands before it gives way. */
function cut(start: string, end: string): string {
  const room = maxSubjectLength - end.length;
  return (start.length <= room ? start : `${start.slice(0, room - 3).trimEnd()}...`) + end;
}
