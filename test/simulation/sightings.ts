/** The observations of one instance name by recorded scans, and the truth about it. An answer about an instant is compared with both. */
import type { Resource } from '../../lambda/history/entry.ts';
import type { ScanRecord } from '../../lambda/scan/interfaces.ts';
import { seeFirewall } from './chronicle.ts';
import { probeFirewall } from './probe-oracle.ts';
import type { SimulatedScan } from './simulated-scan.ts';
import type { TruePast } from './true-world.ts';

/** An instance with its exposure as one text, so that two are easily compared; `absent`: no instance. */
export type ObservedText = string;

export const absent: ObservedText = 'absent';

export function observedTextOf(arn: string | null, exposure: bigint): ObservedText {
  return `${arn} ${exposure.toString(36)}`;
}

/** A listing, and the read that followed it. World time in ms. */
export interface NotedSighting {
  from: number;
  until: number;
  seen: ObservedText;
  record: ScanRecord;
  /** False if two scans ran at once: each may then observe something that the other cannot know. Such observations are not used. */
  isAlone: boolean;
}

/** In the order of the reads. Includes only scans that confirmed the resource, according to their scan items. */
export function listSightings(
  { region, instanceName }: Resource,
  notes: readonly { scan: SimulatedScan; record: ScanRecord }[],
): NotedSighting[] {
  const key = `${region}#${instanceName}`;
  const sightings = notes.flatMap(({ scan, record }): NotedSighting[] => {
    const isAlone = !scan.hasOverlapped;
    const listing = record.regionsListed.includes(region) ? scan.listingOf(region) : null;
    if (listing === null || record.notRead.includes(key)) return [];
    const facts = listing.facts.get(instanceName ?? '');
    if (facts === undefined) return [{ from: listing.at, until: listing.at, seen: absent, record, isAlone }];
    const reading = scan.readingOf(key);
    if (reading === null) return [];
    const { arn, exposure } = seeFirewall(facts, reading.rules);
    return [{ from: listing.at, until: reading.at, seen: observedTextOf(arn, exposure), record, isAlone }];
  });
  return sightings.sort((a, b) => a.until - b.until);
}

/** The truth from an instant on. */
export interface Truth {
  at: number;
  seen: ObservedText;
}

/** Oldest first, one for each change. */
export function listTruths(past: readonly TruePast[]): Truth[] {
  const truths: Truth[] = [];
  for (const { at, instance } of past) {
    const seen =
      instance === null ? absent : observedTextOf(instance.arn, probeFirewall(instance.rules, instance.ipAddressType));
    if (truths.at(-1)?.at === at) truths.pop();
    if ((truths.at(-1)?.seen ?? absent) !== seen) truths.push({ at, seen });
  }
  return truths;
}
