/** Describes the most severe part of an exposure in one phrase for a headline, printable but not escaped for Slack. */
import type { Alert } from '../contract/json-event.ts';
import {
  describeLine,
  describeReach,
  findWorstLine,
  keepPorts,
  type RatingPolicy,
  type Reach,
  type ReachLine,
  rankOpen,
} from '../firewall/index.ts';
import { exposureAfter, rankingOf } from './rank-alert-lists.ts';
import { renderHowLong } from './render-instant.ts';

/**
 * Returns text like `tcp 22 opened to anywhere`. If nothing opened, the text names the ports that closed. If no port is known, the text
 * names the verdict.
 */
export function describeChange(alert: Alert, policy: RatingPolicy): string {
  const gained = findWorst(alert, 'opened', policy);
  if (gained !== null) return `${namePorts(gained)} opened to ${nameOpened(gained, exposureAfter(alert), policy)}`;
  const lost = findWorst(alert, 'closed', policy);
  return lost === null ? `firewall ${alert.verdict ?? 'changed'}` : describeClosed(lost, alert, policy);
}

/** Says that the change is over, so that nobody tries to close a closed port. */
export function describeTransientChange(alert: Alert, policy: RatingPolicy): string {
  const { opened, closed, changedAfter, changedBefore } = alert;
  const lasted = renderHowLong(changedAfter, changedBefore);
  const gained = findWorst(alert, 'opened', policy);
  if (gained !== null) return `${namePorts(gained)} open to ${nameSources(gained)}${lasted}, then closed again`;
  const lost = findWorst(alert, 'closed', policy);
  if (lost !== null) return `${namePorts(lost)} closed to ${nameClosed(lost)}${lasted}, then open again`;
  return opened === null || closed === null
    ? `firewall changed and changed back${lasted}`
    : 'API calls between two scans, what was open is unknown';
}

/** `tcp 22 open to anywhere`, for a new instance, or an instance that was read for the first time. */
export function describeOpen(alert: Alert, policy: RatingPolicy): string {
  const worst = findWorst(alert, 'opened', policy);
  if (worst !== null) return `${namePorts(worst)} open to ${nameSources(worst)}`;
  return alert.opened === null ? 'its firewall is in the table' : 'nothing open';
}

function findWorst(alert: Alert, side: 'opened' | 'closed', policy: RatingPolicy): ReachLine | null {
  const reach = alert[side];
  return reach === null || reach.length === 0 ? null : findWorstLine(reach, rankingOf(alert, side, policy));
}

/** `tcp 22`, without the name of the service, to be short. */
function namePorts(line: ReachLine): string {
  return describeLine(line, 1).what.replace(/ \([^()]*\)$/, '');
}

/** `anywhere` in place of `anywhere (0.0.0.0/0)`, to be short. */
function nameSources(line: ReachLine): string {
  return describeLine(line, 1).from.replace(/^anywhere \((0\.0\.0\.0\/0|::\/0)\)$/, 'anywhere');
}

const exceptions = / \(?(?:with \d+ exceptions?|except [^)]*)\)?/;

/**
 * `anywhere except X` would mislead if X already had access before the change. So if all addresses have access now, the result is
 * `anywhere`.
 */
function nameOpened(line: ReachLine, after: readonly Reach[] | null, policy: RatingPolicy): string {
  const from = nameSources(line);
  const now = after === null || !exceptions.test(from) ? null : describeRest(line, after, policy);
  return now === 'anywhere' ? now : from;
}

function describeClosed(line: ReachLine, alert: Alert, policy: RatingPolicy): string {
  const ports = namePorts(line);
  const after = exposureAfter(alert);
  if (after === null) return `${ports} closed to ${nameClosed(line)}`;
  if (after.length === 0) {
    const dormant = alert.dormant?.length === 0 ? '' : ', dormant rules remain';
    return `${ports} closed, nothing reaches it any more${dormant}`;
  }
  const rest = describeRest(line, after, policy);
  if (rest === null) return `${ports} closed, it was open to ${nameSources(line)}`;
  return `${ports} closed to ${nameClosed(line)}, still open ${rest === '' ? 'in part' : `to ${nameFamily(rest)}`}`;
}

/** The sources that can still reach the ports. Empty text: the sources differ from port to port. `null`: no source can reach the ports. */
function describeRest(line: ReachLine, after: readonly Reach[], policy: RatingPolicy): string | null {
  const rest = keepPorts(after, line);
  if (rest.length === 0) return null;
  const ranking = rankOpen({ reach: rest, notes: [] }, policy);
  const { phrases, more } = describeReach(rest, ranking, { maxLines: 1, maxSources: 1 });
  const [phrase] = phrases;
  return more === 0 && phrase?.what === describeLine(line, 1).what ? phrase.from : '';
}

/**
 * Leaves out exceptions such as `except 10.0.0.0/8`: the exceptions are still open, or were never open. For `anywhere`, names all IPv4
 * addresses, all IPv6 addresses or the world, because people easily misread "closed to anywhere".
 */
function nameClosed(line: ReachLine): string {
  return nameFamily(describeLine(line, 1).from.replace(exceptions, ''));
}

function nameFamily(from: string): string {
  return from
    .replace(/^anywhere \(0\.0\.0\.0\/0\)/, 'all IPv4 addresses')
    .replace(/^anywhere \(::\/0\)/, 'all IPv6 addresses')
    .replace(/^anywhere/, 'the world');
}
