import type { Reach } from '../sets/reach.ts';
import { describePorts, isPlural } from '../wording/describe-ports.ts';
import type { Rating } from './rating.ts';

/** Medium if tcp 80 or 443 lost its last source, else low. `after`: the exposure that is left. One rating at most. */
export function rateClosed(closed: readonly Reach[], after: readonly Reach[]): Rating[] {
  const [first] = closed;
  if (first === undefined) return [];
  const port = [80, 443].find((one) => hasTcpPort(closed, one) && !hasTcpPort(after, one));
  if (port !== undefined) {
    const what = describePorts('tcp', port, port);
    return [{ severity: 'medium', reason: `${what} is now closed to everyone: a site may be down` }];
  }
  const what = describePorts(first.protocol, first.from, first.to);
  const isPartlyOpen = after.some(
    ({ protocol, from, to }) => protocol === first.protocol && from <= first.to && to >= first.from,
  );
  const toSome = isPartlyOpen ? ' to some of its sources' : '';
  const more = closed.length > 1 ? `, and ${closed.length - 1} more` : '';
  return [{ severity: 'low', reason: `${what} ${isPlural(what) ? 'are' : 'is'} now closed${toSome}${more}` }];
}

function hasTcpPort(reach: readonly Reach[], port: number): boolean {
  return reach.some(({ protocol, from, to }) => protocol === 'tcp' && from <= port && to >= port);
}
