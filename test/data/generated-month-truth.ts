/**
 * The knowledge that is possible about an instance of the generated month at an instant. It is derived only from the script and the times
 * of the scans, never from the history that the scans wrote. Valid only for instants at which no scan is running.
 */
import { meaningOf, type Opening } from './generated-month-openings.ts';
import type { ScriptedInstance } from './generated-month-script.ts';
import type { MonthWorld, PresentEvent } from './generated-month-world.ts';

/** The result of a scan: a firewall, or (`null`) no instance. */
interface Sighting {
  scan: number;
  /** When the instance was read, or found to be absent. */
  at: number;
  event: PresentEvent | null;
}

interface Knowable {
  status: 'not-seen-yet' | 'known' | 'unknown' | 'gone';
  /** The openings at the last successful read; [] if the instance does not exist. */
  openings: readonly Opening[];
  /**
   * The openings at the next successful read, if they differ: the change may have been made before the instant. `null`: they do not differ,
   * or are unknown.
   */
  next: readonly Opening[] | null;
  /** Start of the last scan that confirmed the state. */
  confirmedBefore: number | null;
}

export function knowableAt(world: MonthWorld, instance: ScriptedInstance, at: number): Knowable {
  const { scans } = world.script;
  const last = scans.findLastIndex((scan) => scan <= at);
  const before = findSighting(world, instance, scans.slice(0, last + 1).reverse());
  const after = findSighting(world, instance, scans.slice(last + 1));
  const missed = before === null ? 0 : last - scans.indexOf(before.scan);
  const isSeenBefore = before !== null && before.event !== null;
  const isListed = scans.slice(last + 1 - missed, last + 1).some((scan) => isListedBy(world, instance, scan));
  const hadBeen = isSeenBefore || wasEverSeen(world, instance, scans.slice(0, last + 1));
  const isOther = after !== null && (before?.event?.arn !== after.event?.arn || meaning(before) !== meaning(after));
  return {
    // One failed scan is enough, whether or not it was alerted. If the instance did not exist before, it is unknown once a scan lists it.
    status: isSeenBefore
      ? missed > 0
        ? 'unknown'
        : 'known'
      : isListed
        ? 'unknown'
        : hadBeen
          ? 'gone'
          : 'not-seen-yet',
    openings: openingsOf(before),
    next: isOther ? openingsOf(after) : null,
    confirmedBefore: before?.scan ?? null,
  };
}

/** Every successful observation of the instance by a scan, oldest first. */
function listSightings(world: MonthWorld, instance: ScriptedInstance): Sighting[] {
  return world.script.scans.map((scan) => findSighting(world, instance, [scan])).filter((seen) => seen !== null);
}

/** Two consecutive observations that differ: one change of the history. An absent instance lets no visitor in. */
export interface FoundChange {
  kind: 'arrived' | 'changed' | 'replaced' | 'gone';
  /** The instant of the second observation. */
  at: number;
  before: readonly Opening[];
  after: readonly Opening[];
}

export function listFoundChanges(world: MonthWorld, instance: ScriptedInstance): FoundChange[] {
  const sightings = listSightings(world, instance);
  return sightings.flatMap((seen, i): FoundChange[] => {
    const [before, after] = [sightings[i - 1]?.event ?? null, seen.event];
    const openings = { before: before?.openings ?? [], after: after?.openings ?? [] };
    const kind = kindOfChange(before, after);
    return kind === null ? [] : [{ kind, at: seen.at, ...openings }];
  });
}

function kindOfChange(before: PresentEvent | null, after: PresentEvent | null): FoundChange['kind'] | null {
  if (before === null) return after === null ? null : 'arrived';
  if (after === null) return 'gone';
  if (before.arn !== after.arn) return 'replaced';
  return textOf(before) === textOf(after) ? null : 'changed';
}

/** Rules in another order are the same rules. */
function textOf({ openings, isDoubled }: PresentEvent): string {
  const first = isDoubled ? JSON.stringify(openings[0]) : '';
  return [...openings.map((one) => JSON.stringify(one)).sort(), first].join();
}

/** The first of these scans that observed the instance. */
function findSighting(world: MonthWorld, instance: ScriptedInstance, scans: readonly number[]): Sighting | null {
  const { region, name } = instance;
  for (const scan of scans) {
    const listedAt = world.listedAt(scan, region);
    if (world.outageAt(region, null, listedAt) !== null) continue;
    if (world.eventAt(instance, listedAt) === null) return { scan, at: listedAt, event: null };
    const readAt = world.readAt(scan, region, name);
    const event = world.eventAt(instance, readAt);
    if (event !== null && world.outageAt(region, name, readAt) === null) return { scan, at: readAt, event };
  }
  return null;
}

function wasEverSeen(world: MonthWorld, instance: ScriptedInstance, scans: readonly number[]): boolean {
  const [first] = instance.events;
  return scans.some((scan) => scan > (first?.at ?? 0) && findSighting(world, instance, [scan])?.event != null);
}

function isListedBy(world: MonthWorld, instance: ScriptedInstance, scan: number): boolean {
  const listedAt = world.listedAt(scan, instance.region);
  return world.outageAt(instance.region, null, listedAt) === null && world.eventAt(instance, listedAt) !== null;
}

const openingsOf = (sighting: Sighting | null): readonly Opening[] => sighting?.event?.openings ?? [];

const meaning = (sighting: Sighting | null): string => meaningOf(openingsOf(sighting));
