/**
 * Checks transient changes (P4, P6): each really happened, according to the log of the world, and belongs to calls that no earlier entry
 * reported.
 */
import type { HistoryEntry } from '../../lambda/history/entry.ts';
import { resourceKey } from '../../lambda/history/resource-key.ts';
import type { Chronicle } from './chronicle.ts';
import { describeProbes, probeFirewall, probeReach } from './probe-oracle.ts';
import { eventIdOf } from './simulated-events.ts';
import type { SimulatedScan } from './simulated-scan.ts';
import type { TruePast, TrueWorld } from './true-world.ts';
import { mustBe } from './violation.ts';

/** CloudTrail's times are whole seconds. */
const secondMs = 1_000;
/** For up to this time after a call, a read can return the rules from before the call. */
const aroundMs = 15_000;

/** `isTimed`: true if all clocks are right, so that instants of the history are instants of the world. */
export function checkTransientChange(
  chronicle: Chronicle,
  entry: HistoryEntry,
  scan: SimulatedScan,
  world: TrueWorld,
  isTimed: boolean,
): void {
  const name = `${resourceKey(chronicle.resource)} version ${entry.version} (flapped)`;
  const ids = entry.changedBy?.calls.map(({ eventId }) => eventId) ?? [];
  // If one lookup reports two transient changes, the second may begin with the call that ended the first.
  const earlier = chronicle.steps.filter((step) => step.entry.kind === 'flapped' && step.scan !== scan);
  const toldBefore = earlier.flatMap(idsOf);
  mustBe(
    !ids.every((id) => toldBefore.includes(id)),
    'P3',
    () => `${name}: all of its calls were reported before: ${ids}`,
  );
  mustBe(!chronicle.isGone && !chronicle.isInGap, 'P4', () => `${name}: the instance is gone, or in a gap`);
  mustBe(entry.rules === null, 'P6', () => `${name}: it contains a firewall`);
  if (!isTimed || !isWholeStory(chronicle, entry, scan, world)) return;
  const from = Date.parse(entry.changedAfter ?? '');
  const until = Date.parse(entry.changedBefore) + secondMs;
  const past = world.past.get(resourceKey(chronicle.resource)) ?? [];
  const states = past.filter(({ at }) => at >= from && at < until).flatMap(({ instance }) => instance ?? []);
  checkOpened(name, entry, states);
  checkClosed(name, entry, states);
}

/** If the record of a call is lost or late, the known calls may lead to another transient change. This cannot be avoided. */
function isWholeStory(
  { resource, steps }: Chronicle,
  entry: HistoryEntry,
  { foundCalls }: SimulatedScan,
  world: TrueWorld,
): boolean {
  const readAt = steps.findLast((step) => step.entry.rules !== null && step.entry.at <= (entry.changedAfter ?? ''));
  const key = resourceKey(resource);
  const since = (world.past.get(key) ?? []).map((past, index) => ({
    ...past,
    eventId: eventIdOf(key, past.at, index),
  }));
  const found = new Set(foundCalls.map(({ eventId }) => eventId));
  const from = Date.parse(readAt?.entry.at ?? '') - aroundMs;
  return since
    .filter(({ at }) => at >= from && at < Date.parse(entry.changedBefore) + secondMs)
    .every(({ eventId }) => found.has(eventId));
}

function idsOf({ entry }: { entry: HistoryEntry }): string[] {
  return entry.changedBy?.calls.map(({ eventId }) => eventId) ?? [];
}

type TrueState = NonNullable<TruePast['instance']>;

/** If the record of a change of the address type is lost, rules of either family may have counted as live. */
function checkOpened(name: string, { opened, instance }: HistoryEntry, states: readonly TrueState[]): void {
  const own = states.filter(({ arn }) => arn === instance?.arn);
  const truth = own.reduce((all, { rules }) => all | probeFirewall(rules, 'dualstack'), 0n);
  const wrong = probeReach(opened) & ~truth;
  mustBe(wrong === 0n, 'P4', () => `${name}: never open in that span: ${describeProbes(wrong)}`);
}

function checkClosed(name: string, { closed }: HistoryEntry, states: readonly TrueState[]): void {
  if (new Set(states.map(({ ipAddressType }) => ipAddressType)).size > 1) return;
  const always = states.reduce((all, { rules, ipAddressType }) => all & probeFirewall(rules, ipAddressType), -1n);
  const wrong = probeReach(closed) & always;
  mustBe(wrong === 0n, 'P4', () => `${name}: never closed in that span: ${describeProbes(wrong)}`);
}
