/**
 * Checks attributions at the end of a run: if all records of a change arrived in time, its attribution names every call with an effect, and
 * the calls explain the change. If a record was lost or too late, the attribution may be missing.
 */
import { resourceKey } from '../../lambda/history/resource-key.ts';
import type { Chronicle, CommittedEntry } from './chronicle.ts';
import type { Model } from './model.ts';
import { probeFirewall } from './probe-oracle.ts';
import type { Trail, TrailRecord } from './trail.ts';
import type { TruePast, TrueWorld } from './true-world.ts';
import { mustBe } from './violation.ts';

const hour = 60 * 60_000;
/** Older calls are not looked up. */
const longestBackMs = 6.9 * 24 * hour;
/** CloudTrail's times are whole seconds. */
const secondMs = 1_000;

/** `quietAt`: the world time in ms at which the faults ended. Later lookups still find the records of the last hour before this time. */
export function checkAttributions(model: Model, world: TrueWorld, trail: Trail, quietAt: number): void {
  for (const chronicle of model.chronicles.values()) {
    if (chronicle.isRegion) continue;
    for (const step of chronicle.steps.filter(({ entry }) => Date.parse(entry.at) > quietAt - hour))
      checkAttributed(chronicle, step, world, trail);
  }
}

function checkAttributed(chronicle: Chronicle, step: CommittedEntry, world: TrueWorld, trail: Trail): void {
  const { entry } = step;
  // If rules were only rewritten, it cannot be known whether a call just before the last read belongs to that read.
  const isChange = entry.kind === 'changed' && step.before?.exposure !== step.after?.exposure;
  if (!isChange || entry.changedAfter === null) return;
  const key = resourceKey(chronicle.resource);
  const past = world.past.get(key) ?? [];
  const from = Date.parse(entry.changedAfter) - secondMs;
  const inWindow = trail.recordsOf(key).filter(({ index }) => {
    const at = past[index]?.at ?? 0;
    return at >= from && at <= Date.parse(entry.changedBefore);
  });
  if (Date.parse(entry.at) - from > longestBackMs) return;
  if (inWindow.length === 0 || inWindow.some(({ isLost }) => isLost) || !isWholeStory(step, past, inWindow)) return;
  const known = step.attribution ?? entry.changedBy;
  const name = `${key} version ${entry.version}`;
  mustBe(known != null, 'P6', () => `${name}: has no attribution, and ${idsOf(inWindow)} made the change`);
  mustBe(known.fit === 'explained', 'P6', () => `${name}: is ${known.fit}, and ${idsOf(inWindow)} made the change`);
  // A call just before the read of the entry before can belong to either entry, if the exposure is the same without the call.
  const before = chronicle.steps[chronicle.steps.indexOf(step) - 1];
  const named = [known, before?.attribution ?? before?.entry.changedBy].flatMap((one) => one?.calls ?? []);
  const missing = inWindow.filter(
    ({ index, call }) => hasEffect(past, index) && !named.some(({ eventId }) => eventId === call.eventId),
  );
  mustBe(missing.length === 0, 'P6', () => `${name}: does not name ${idsOf(missing)}, which changed the firewall, too`);
}

const idsOf = (records: readonly TrailRecord[]): string => records.map(({ call }) => call.eventId).join(', ');

function hasEffect(past: readonly TruePast[], index: number): boolean {
  const [before, after] = [past[index - 1]?.instance, past[index]?.instance];
  if (before == null || after == null) return true;
  return probeFirewall(before.rules, before.ipAddressType) !== probeFirewall(after.rules, after.ipAddressType);
}

/** True if the firewalls before and after the change equal those of the world's log around these calls. */
function isWholeStory(
  { before, after }: CommittedEntry,
  past: readonly TruePast[],
  records: readonly TrailRecord[],
): boolean {
  const sides = [
    [before, past[(records[0]?.index ?? 0) - 1]?.instance],
    [after, past[records.at(-1)?.index ?? 0]?.instance],
  ] as const;
  return sides.every(
    ([seen, truth]) =>
      seen != null &&
      truth != null &&
      seen.arn === truth.arn &&
      seen.exposure === probeFirewall(truth.rules, truth.ipAddressType),
  );
}
