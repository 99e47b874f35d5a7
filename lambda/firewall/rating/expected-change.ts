/**
 * Decides if a change is expected: everything that it opened and closed lies inside the configured expectations. If one address or
 * port lies outside, the whole change is not expected. A rule that is not understood is never expected.
 */

import { hasNote, unknownFieldClosed, unknownFieldOpened } from '../rules/rule-notes.ts';
import { subtractReach } from '../sets/canonical-reach.ts';
import type { FirewallDiff, Reach } from '../sets/reach.ts';
import { readExpectedProtocols } from './expected-change-protocols.ts';
import { keepWithin, readWidestSource } from './expected-change-sources.ts';
import { matchesGlob } from './glob.ts';

/** An element of the setting `expected`. A field that is left out allows everything. */
export interface ExpectedChange {
  /** Name of the instance; `*` matches any text, `?` any one character. */
  instance?: string;
  region?: string;
  /** tcp, udp, icmp, icmpv6, or all. */
  protocol?: string;
  /** The first and the last port, both included. For tcp and udp only. */
  ports?: { from: number; to: number };
  /**
   * The widest expected source. A network (`203.0.113.0/24`): only sources inside the network. A prefix length (`/32`): no source wider
   * than a single IPv4 or IPv6 address. `/64`: only IPv6 sources, no wider than a /64. Or `lightsail-connect`.
   */
  widestSource?: string;
  /** Stored in the entry of the change. */
  reason: string;
  /** The last day (`2026-12-31`, UTC) or instant on which the element is valid. */
  until?: string;
}

/** `notes`: a change that adds or removes a rule with an unknown field is never expected. */
type ComparedChange = Pick<FirewallDiff, 'opened' | 'closed' | 'notes'>;

/**
 * Returns `null` if the change is not expected. Else `reason` is the reason of the first element that covers the whole change. If no single
 * element covers the whole change: the reasons of all elements that cover a part, in the order of the configuration. `now`: ISO-8601.
 */
export function findExpected(
  change: ComparedChange,
  where: { instanceName: string; region: string },
  expected: readonly ExpectedChange[],
  now: string,
): { reason: string } | null {
  const changed = [...change.opened, ...change.closed];
  if (changed.length === 0 || hasNote(change.notes, unknownFieldOpened, unknownFieldClosed)) return null;
  const entries = expected.filter((entry) => isFor(entry, where) && !isExpired(entry, now));
  const single = entries.find((entry) => !isOutside([entry], change));
  if (single !== undefined) return { reason: single.reason };
  if (entries.length < 2 || isOutside(entries, change)) return null;
  const needed = entries.filter((entry) => keepExpected(entry, changed).length > 0);
  return { reason: [...new Set(needed.map(({ reason }) => reason))].join('; ') };
}

/** Returns the last instant of a day in UTC. An instant is returned unchanged. */
export function endOfDay(dayOrInstant: string): string {
  return dayOrInstant.length === '2026-12-31'.length ? `${dayOrInstant}T23:59:59.999Z` : dayOrInstant;
}

/** True if `until` is over. An element without `until` never expires. An element whose `until` can't be parsed counts as expired. */
export function isExpired({ until }: ExpectedChange, now: string): boolean {
  if (until === undefined) return false;
  return !(Date.parse(now) <= Date.parse(endOfDay(until)));
}

function isFor(entry: ExpectedChange, where: { instanceName: string; region: string }): boolean {
  if (entry.region !== undefined && entry.region !== where.region) return false;
  return entry.instance === undefined || matchesGlob(entry.instance, where.instanceName);
}

function isOutside(entries: readonly ExpectedChange[], { opened, closed }: ComparedChange): boolean {
  return [opened, closed].some((reach) => {
    const inside = entries.flatMap((entry) => keepExpected(entry, reach));
    return subtractReach(reach, inside).length > 0;
  });
}

function keepExpected(entry: ExpectedChange, reach: readonly Reach[]): Reach[] {
  const protocols = readExpectedProtocols(entry);
  const widest = readWidestSource(entry.widestSource);
  return reach.flatMap(({ protocol, from, to, sources }) => {
    const first = Math.max(from, entry.ports?.from ?? 0);
    const last = Math.min(to, entry.ports?.to ?? 65535);
    if (!protocols.includes(protocol) || first > last || widest === null) return [];
    const kept = keepWithin(sources, widest);
    return kept.length === 0 ? [] : [{ protocol, from: first, to: last, sources: kept }];
  });
}
