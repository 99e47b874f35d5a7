import type { Reach } from '../sets/reach.ts';
import { describePorts, isPlural } from '../wording/describe-ports.ts';
import type { Rating } from './rating.ts';

/** Medium if tcp 80 or 443 lost its last source, else low. `after`: the exposure that is left. One rating, or none if nothing closed. */
export function rateClosed(closed: readonly Reach[], after: readonly Reach[]): Rating[] {
  const [first] = closed;
  if (first === undefined) return [];
  const nothingLeft = after.length === 0 ? 'nothing reaches the instance any more' : null;
  const port = findSitePort(closed, after);
  if (port !== undefined) {
    const more = nothingLeft === null ? '' : ` and ${nothingLeft}`;
    return [{ severity: 'medium', reason: `${describeClosedSite(port)}${more}: a site may be down` }];
  }
  const what = describePorts(first.protocol, first.from, first.to);
  const isPartlyOpen = after.some(
    ({ protocol, from, to }) => protocol === first.protocol && from <= first.to && to >= first.from,
  );
  const toSome = isPartlyOpen ? ' to some of its sources' : '';
  const more = closed.length > 1 ? `, and ${closed.length - 1} more` : '';
  const end = nothingLeft === null ? '' : `; ${nothingLeft}`;
  return [{ severity: 'low', reason: `${what} ${isPlural(what) ? 'are' : 'is'} now closed${toSome}${more}${end}` }];
}

/** TCP port 80 or 443, if the port lost its last source; `undefined` if neither port did. */
export function findSitePort(closed: readonly Reach[], after: readonly Reach[]): number | undefined {
  return [80, 443].find((port) => hasTcpPort(closed, port) && !hasTcpPort(after, port));
}

export function describeClosedSite(port: number): string {
  return `${describePorts('tcp', port, port)} is now closed to everyone`;
}

function hasTcpPort(reach: readonly Reach[], port: number): boolean {
  return reach.some(({ protocol, from, to }) => protocol === 'tcp' && from <= port && to >= port);
}
