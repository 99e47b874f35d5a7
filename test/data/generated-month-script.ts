/**
 * The events of a generated month: instances appear, change, are replaced and disappear; outages; the times of the
 * scans. The same seed gives the same month.
 */
import { Random } from '../support/random.ts';
import {
  changeable,
  databaseFromAnywhere,
  http,
  https,
  meaningOf,
  type Opening,
  portalForCustomers,
  sshFromOffice,
} from './generated-month-openings.ts';

export interface MonthPlan {
  seed: number;
  account: string;
  instances: number;
  /** The number of regions, taken from the start of `allRegions`. */
  regions: number;
  /** The approximate number of changes that scans find. */
  changes: number;
  days: number;
  scanEveryMinutes: number;
}

/** A month of a large account with the default interval: 31 days around the turn of a month. */
export const wholeMonth: MonthPlan = {
  seed: 1,
  account: '111122223333',
  instances: 200,
  regions: 6,
  changes: 20_000,
  days: 31,
  scanEveryMinutes: 5,
};

/** Half a month of a small account. It includes the turn of a month. */
export const smallMonth: MonthPlan = {
  ...wholeMonth,
  instances: 20,
  regions: 3,
  changes: 1_000,
  days: 17,
  scanEveryMinutes: 20,
};

/** The plan of `npm test`: the smallest one that contains every event that a test needs. */
export const quickMonth: MonthPlan = { ...smallMonth, instances: 16, changes: 200, scanEveryMinutes: 120 };

/** The end of every generated month. */
export const monthEnd = '2026-11-15T00:00:00.000Z';

/** The instance of a fixed incident: its database is opened to the world on 10 November at 13:42:10, and closed at 16:20:30. */
export const incidentInstance = { region: 'eu-west-1', name: 'web-17' };

/** From 6 November at 08:31 on, this instance lets in 4,000 customers, so its item is stored compressed. */
const packedInstance = { region: 'eu-west-1', name: 'edge-1' };

/** The firewall from an instant on; `null`: the instance does not exist. Instants are in ms since the epoch. */
export interface ScriptedEvent {
  at: number;
  openings: readonly Opening[] | null;
  arn: string;
  /** True if the first rule is listed twice: another text with the same meaning. */
  isDoubled: boolean;
  /** The actor, if the attribution was found later. */
  by: string | null;
}

export interface ScriptedInstance {
  region: string;
  name: string;
  /** Oldest first. The first one is at or after the beginning. */
  events: ScriptedEvent[];
}

/** An outage: an instance (`name`) or a whole region can't be read from one instant to another. */
export interface Outage {
  region: string;
  name: string | null;
  from: number;
  until: number;
  reason: 'throttled' | 'service-error' | 'access-denied';
}

export interface MonthScript {
  plan: MonthPlan;
  instances: ScriptedInstance[];
  outages: Outage[];
  /** Starts of the scans that ran. */
  scans: number[];
  regions: string[];
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const allRegions = ['eu-west-1', 'us-east-1', 'ap-south-1', 'eu-central-1', 'us-west-2', 'ap-northeast-1'];
const people = ['IAM user alice', 'IAM user bob', 'role deploy (session ci-42)', 'root'];
const roles = ['web', 'db', 'app', 'cache', 'build', 'mail'];

/**
 * More changes are made than found: some instances do not exist all the time, and no scan finds a change that is undone at once or made
 * during an outage.
 */
const seenChangesFactor = 1.145;

export function drawScript(plan: MonthPlan): MonthScript {
  const random = new Random(plan.seed);
  const until = Date.parse(monthEnd);
  const from = until - plan.days * dayMs;
  const regions = allRegions.slice(0, plan.regions);
  const instances = Array.from({ length: plan.instances }, (_, index) =>
    drawInstance(index, regions, { from, until }, plan, random),
  );
  instances.push(...tellStories(plan, from));
  const outages = drawOutages(instances, regions, { from, until }, random);
  return { plan, instances, outages, scans: drawScans(plan, { from, until }, random), regions };
}

interface Span {
  from: number;
  until: number;
}

function drawInstance(
  index: number,
  regions: readonly string[],
  span: Span,
  plan: MonthPlan,
  random: Random,
): ScriptedInstance {
  const region = regions[index % regions.length] ?? '';
  const role = roles[Math.floor(index / regions.length) % roles.length] ?? '';
  // The events of `web-17` are written by hand.
  const name = `${role}-${index + 100}`;
  const lives = drawLives(span, index, random);
  const livedMs = lives.reduce((sum, life) => sum + life.until - life.from, 0);
  const changesPerMs = (plan.changes * seenChangesFactor) / plan.instances / (span.until - span.from);
  const events = lives.flatMap((life, number) => {
    const arn = arnOf(plan.account, region, index * 10 + number);
    const changes = Math.round(changesPerMs * (life.until - life.from));
    const drawn = drawEvents(life, changes, arn, plan, random);
    const end = life.until < span.until ? [{ at: life.until, openings: null, arn, isDoubled: false, by: null }] : [];
    // If an instance replaces another one at the same instant, the event is the new instance.
    return lives[number + 1]?.from === life.until ? drawn : [...drawn, ...end];
  });
  if (livedMs === 0) throw new Error('an instance that never was');
  return { region, name, events };
}

/**
 * The spans in which instances of one name exist. Most exist all the time. Of twenty, one appears late, one disappears, one disappears and
 * returns, and one is replaced.
 */
function drawLives({ from, until }: Span, index: number, random: Random): Span[] {
  const middle = from + Math.floor((until - from) * (0.3 + random.next() * 0.3));
  switch (index % 20) {
    case 3:
      return [{ from: middle, until }];
    case 7:
      return [{ from, until: middle }];
    case 11:
      // Absent for longer than the latest state of a deleted instance is kept.
      return [
        { from, until: middle },
        { from: middle + 2 * dayMs, until },
      ];
    case 15:
      return [
        { from, until: middle },
        { from: middle, until },
      ];
    default:
      return [{ from, until }];
  }
}

function drawEvents(life: Span, changes: number, arn: string, plan: MonthPlan, random: Random): ScriptedEvent[] {
  let openings: readonly Opening[] = [https, http, sshFromOffice];
  const events: ScriptedEvent[] = [{ at: life.from, openings, arn, isDoubled: false, by: null }];
  const slotMs = plan.scanEveryMinutes * minuteMs;
  const slots = Math.floor((life.until - life.from) / slotMs);
  for (const slot of drawSlots(changes, slots, random)) {
    const at = life.from + slot * slotMs + 20_000 + Math.floor(random.next() * (slotMs - 40_000));
    const before = openings;
    const isRewrite = random.chance(0.02);
    const isDoubled = (events.at(-1)?.isDoubled ?? false) !== isRewrite;
    if (!isRewrite) openings = toggle(openings, random);
    events.push({ at, openings, arn, isDoubled, by: random.chance(0.6) ? random.pick(people) : null });
    // Sometimes a change is undone before the next scan.
    if (random.chance(0.01)) {
      openings = before;
      events.push({ at: at + 5_000, openings, arn, isDoubled, by: null });
    }
  }
  return events;
}

/** Distinct numbers in rising order, without the first slot. */
function drawSlots(wanted: number, slots: number, random: Random): number[] {
  const drawn = new Set<number>();
  while (drawn.size < Math.min(wanted, slots - 2)) drawn.add(random.between(1, slots - 1));
  return [...drawn].sort((a, b) => a - b);
}

/** Opens or closes something. If another opening covers the chosen one, nothing would change, so another one is chosen. */
function toggle(openings: readonly Opening[], random: Random): readonly Opening[] {
  for (;;) {
    const one = random.pick(changeable);
    const after = openings.includes(one) ? openings.filter((other) => other !== one) : [...openings, one];
    if (meaningOf(after) !== meaningOf(openings)) return after;
  }
}

/** Fixed events of the instances that tests name. */
function tellStories({ account }: MonthPlan, from: number): ScriptedInstance[] {
  const { region } = incidentInstance;
  const story = (name: string, number: number, told: [string | number, readonly Opening[], string | null][]) => {
    const arn = arnOf(account, region, number);
    const events = told.map(([at, openings, by]) => ({
      at: new Date(at).getTime(),
      openings,
      arn,
      isDoubled: false,
      by,
    }));
    return { region, name, events };
  };
  const usual = [https, http, sshFromOffice];
  return [
    story(incidentInstance.name, 9_998, [
      [from, usual, null],
      ['2026-11-04T09:12:40.000Z', [https, sshFromOffice], 'role deploy (session ci-42)'],
      ['2026-11-04T11:03:15.000Z', usual, 'role deploy (session ci-42)'],
      ['2026-11-10T13:42:10.000Z', [...usual, databaseFromAnywhere], 'IAM user alice'],
      ['2026-11-10T16:20:30.000Z', usual, null],
    ]),
    story(packedInstance.name, 9_999, [
      [from, usual, null],
      ['2026-11-06T08:31:00.000Z', [...usual, portalForCustomers], 'IAM user bob'],
    ]),
  ];
}

function drawOutages(
  instances: readonly ScriptedInstance[],
  regions: readonly string[],
  span: Span,
  random: Random,
): Outage[] {
  const draw = (region: string, name: string | null, shortest: number, longest: number): Outage => {
    const from = span.from + Math.floor((span.until - span.from) * (0.05 + random.next() * 0.85));
    const until = from + random.between(shortest, longest) * minuteMs;
    const reason =
      name !== null && random.chance(0.15) ? 'access-denied' : random.pick(['throttled', 'service-error'] as const);
    return { region, name, from, until, reason };
  };
  // The region of the fixed incidents has no outage.
  const ofRegions = regions.slice(1).map((region) => draw(region, null, 30, 360));
  const ofInstances = instances
    .filter(({ name }, index) => index % 5 === 2 && name !== incidentInstance.name && name !== packedInstance.name)
    .map(({ region, name }) => draw(region, name, 1, 24 * 60));
  return [...ofRegions, ...ofInstances];
}

/** Scans at their regular times, except in one span without scans. */
function drawScans(plan: MonthPlan, { from, until }: Span, random: Random): number[] {
  const slotMs = plan.scanEveryMinutes * minuteMs;
  const silentFrom = from + Math.floor((until - from) * 0.2);
  const slots = Array.from({ length: Math.floor((until - from) / slotMs) }, (_, slot) => from + slot * slotMs);
  return slots
    .filter((at) => at < silentFrom || at >= silentFrom + 2 * 60 * minuteMs)
    .map((at) => at + 1_000 + random.between(0, 2_000));
}

function arnOf(account: string, region: string, number: number): string {
  return `arn:aws:lightsail:${region}:${account}:Instance/00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}
