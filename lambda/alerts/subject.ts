import type { Alert, Digest } from '../contract/json-event.ts';
import { type RatingPolicy, worstSeverity } from '../firewall/index.ts';
import { listAccounts } from './account-of-alert.ts';
import { headlineOf, headlineOfFirst, showsRegion } from './alert-view.ts';
import { sumCounted } from './count-alerts-by-kind.ts';
import { renderAscii } from './escape.ts';
import { renderCount } from './render-count.ts';

/** SNS: "less than 100 characters", no line breaks, no control characters. Older SNS documents ask for ASCII, so ASCII is always valid. */
const maxSubjectLength = 99;

type SubjectOf = Pick<Digest, 'name' | 'alerts' | 'counted'> & RatingPolicy;

/**
 * `[CRITICAL] prod web-1: tcp 22 opened to anywhere (eu-west-1), 2 more`. Printable ASCII, 1 to 99 characters. `alerts`: most severe
 * first. With several accounts, the name is that of the first alert's account.
 */
export function renderSubject(
  { name, alerts, counted = [], highRiskPorts }: SubjectOf,
  renderHeadline = (alert: Alert) => headlineOf(alert, { highRiskPorts }),
): string {
  const [first, ...others] = alerts;
  if (first === undefined) {
    const severity = worstSeverity(counted.map((each) => each.severity)).toUpperCase();
    const backlog = `backlog of ${renderCount(sumCounted(counted), 'alert')}, counted only`;
    return cut(`[${severity}] ${renderNames(name, '', 32)}: ${backlog}`, '');
  }
  const { headline, alertCount } = headlineOfFirst([first, ...others], renderHeadline);
  const more = alerts.length - alertCount + sumCounted(counted);
  const region = showsRegion(first) ? ` (${renderAscii(first.region, 24)})` : '';
  const start = (names: string) => `[${first.severity.toUpperCase()}] ${names}: ${renderAscii(headline)}`;
  const accounts = listAccounts(alerts).length;
  const where = accounts > 1 ? ` in ${accounts} accounts` : '';
  const end = `${region}${more === 0 ? '' : `, ${more} more${where}`}`;
  const instanceName = first.instance?.name ?? '';
  const ownName = first.accountName ?? name;
  const long = start(renderNames(ownName, instanceName, 32));
  // If the subject is too long, the names are cut first, then the headline.
  return long.length + end.length <= maxSubjectLength
    ? long + end
    : cut(start(renderNames(ownName, instanceName, 18)), end);
}

function renderNames(name: string, instanceName: string, maxLength: number): string {
  return [renderAscii(name, maxLength), renderAscii(instanceName, maxLength)].filter((each) => each !== '').join(' ');
}

/** `end`: the region, and the number of other alerts; never cut. */
function cut(start: string, end: string): string {
  const room = maxSubjectLength - end.length;
  return (start.length <= room ? start : `${start.slice(0, room - 3).trimEnd()}...`) + end;
}
