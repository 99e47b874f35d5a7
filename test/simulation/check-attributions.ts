/**
 * Checks attributions at the end of a run: a change by one call, whose record arrived in time, has that call as its
 * attribution. If the record was lost or too late, the attribution may be missing.
 */
import { resourceKey } from '../../lambda/history/latest-state.ts';
import type { Chronicle, CommittedEntry } from './chronicle.ts';
import type { Model } from './model.ts';
import { probeFirewall } from './probe-oracle.ts';
import type { Trail, TrailRecord } from './trail.ts';
import type { TruePast, TrueWorld } from './true-world.ts';
import { mustBe } from './violation.ts';

const hour = 60 * 60_000;
/** CloudTrail's times are whole seconds. */
const secondMs = 1_000;

/**
 * `quietAt`: when the faults ended, in world time in ms. Every lookup after that had all records that were visible
 * within an hour.
 */
export function checkAttributions(model: Model, world: TrueWorld, trail: Trail, quietAt: number): void {
  for (const chronicle of model.chronicles.values()) {
    if (chronicle.isRegion) continue;
    for (const step of chronicle.steps.filter(({ entry }) => Date.parse(entry.at) > quietAt - hour))
      checkAttributed(chronicle, step, world, trail);
  }
}

function checkAttributed(chronicle: Chronicle, step: CommittedEntry, world: TrueWorld, trail: Trail): void {
  const { entry } = step;
  // If rules were only rewritten, nobody can know whether a call just before the last read belongs to that read.
  const isChange = entry.kind === 'changed' && step.before?.exposure !== step.after?.exposure;
  if (!isChange || entry.changedAfter === null) return;
  const key = resourceKey(chronicle.resource);
  const past = world.past.get(key) ?? [];
  const from = Date.parse(entry.changedAfter) - secondMs;
  const inWindow = trail.recordsOf(key).filter(({ index }) => {
    const at = past[index]?.at ?? 0;
    return at >= from && at <= Date.parse(entry.changedBefore);
  });
  const [record] = inWindow;
  if (record === undefined || inWindow.length > 1 || record.isLost || !isWholeStory(step, past, record)) return;
  const isSaid = step.attribution !== null || entry.changedBy != null;
  mustBe(
    isSaid,
    'P6',
    () => `${key} version ${entry.version}: has no attribution, and ${record.call.eventId} made the change`,
  );
}

/** True if the firewalls before and after are those of the world's log around this change. */
function isWholeStory({ before, after }: CommittedEntry, past: readonly TruePast[], { index }: TrailRecord): boolean {
  const sides = [
    [before, past[index - 1]?.instance],
    [after, past[index]?.instance],
  ] as const;
  return sides.every(
    ([seen, truth]) =>
      seen != null &&
      truth != null &&
      seen.arn === truth.arn &&
      seen.exposure === probeFirewall(truth.rules, truth.ipAddressType),
  );
}
