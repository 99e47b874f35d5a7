/** Builds a history like that of a scan: one instance, web-1 in eu-west-1, scanned every five minutes. */

import type { HistorySlice, SliceScan } from '../../../cli/questions/history-slice.ts';
import { type Exposure, exposureOf, type Firewall } from '../../../lambda/firewall/index.ts';
import type { PortState } from '../../../lambda/firewall/rules/port-state.ts';
import { blankEntry } from '../../../lambda/history/blank-entry.ts';
import type { HistoryEntry, InstanceFacts, Resource } from '../../../lambda/history/entry.ts';

export const web1: Resource = { account: '111122223333', region: 'eu-west-1', instanceName: 'web-1' };
export const region: Resource = { ...web1, instanceName: null };

/** `10:05` or `10:05:01.5` on the day of these histories. */
export function at(time: string): string {
  const [clock = '', milliseconds = '0'] = time.split('.');
  const seconds = clock.length === '10:05'.length ? `${clock}:00` : clock;
  return `2026-11-23T${seconds}.${milliseconds.padEnd(3, '0')}Z`;
}

/** `22` is tcp 22 open to anywhere; `22 from 203.0.113.0/24` is open to that network. */
export function open(...doors: string[]): PortState[] {
  return doors.map((door) => {
    const [port, source] = door.split(' from ');
    const ports = { fromPort: Number(port), toPort: Number(port), protocol: 'tcp', state: 'open' };
    if (source === undefined) return { ...ports, cidrs: ['0.0.0.0/0'], ipv6Cidrs: ['::/0'] };
    return { ...ports, cidrs: [source], ipv6Cidrs: [] };
  });
}

export function factsOf(arn = 'arn:1'): InstanceFacts {
  return { arn, publicIpAddress: '203.0.113.10', ipv6Addresses: [], ipAddressType: 'dualstack', blueprintId: null };
}

type Said = Partial<HistoryEntry> & Pick<HistoryEntry, 'kind'>;

/** Versions rise by one. An entry without rules keeps the rules of the last entry with rules. Times as for `at`. */
export function entriesOf(
  resource: Resource,
  ...steps: [time: string, after: string | null, said: Said][]
): HistoryEntry[] {
  const entries: HistoryEntry[] = [];
  let rulesAt: string | null = null;
  for (const [time, after, said] of steps) {
    const instant = at(time);
    const isArrival = said.kind === 'baseline' || said.kind === 'appeared';
    entries.push({
      ...blank(resource, instant, entries.length + 1),
      previousRulesAt: isArrival ? null : rulesAt,
      changedAfter: after === null ? null : at(after),
      ...said,
    });
    if (said.rules) rulesAt = instant;
    if (said.kind === 'gone') rulesAt = null;
  }
  return entries;
}

function blank(resource: Resource, at: string, version: number): HistoryEntry {
  const instance = resource.instanceName === null ? null : factsOf();
  return blankEntry({ resource, at, version, kind: 'changed', instance, algoVersion: 1, commitId: `${version}` });
}

/** A scan of ten seconds that read everything except the listed instances. */
export function scan(time: string, said: Partial<SliceScan> = {}): SliceScan {
  const startedAt = at(time);
  const endedAt = new Date(Date.parse(startedAt) + 10_000).toISOString();
  return { startedAt, endedAt, complete: true, regionsListed: ['eu-west-1'], regionsFailed: {}, notRead: [], ...said };
}

export function sliceOf(
  entries: readonly HistoryEntry[],
  { regionEntries = [], scans = [], expiredScans = [] }: Partial<Omit<HistorySlice, 'resource' | 'entries'>> = {},
): HistorySlice {
  return { resource: web1, entries, regionEntries, scans, expiredScans };
}

export function exposure(rules: PortState[], firewall: Partial<Firewall> = {}): Exposure {
  return exposureOf({ rules, ipAddressType: 'dualstack', ...firewall });
}

export function failure(reason: 'throttled' | 'access-denied', since: string): NonNullable<HistoryEntry['failure']> {
  return { reason, message: 'as things are', since: at(since) };
}
