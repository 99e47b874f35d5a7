/**
 * Checks that a transient change whose records arrived is in the history, with both callers and with the opened and closed ports (P3, P4).
 */
import type { Chronicle } from './chronicle.ts';
import { probeFirewall, probeReach } from './probe-oracle.ts';
import type { QuietCalls } from './quiet-calls.ts';
import type { Trail } from './trail.ts';
import type { TrueWorld } from './true-world.ts';
import { mustBe } from './violation.ts';

export function checkQuietTransient(
  { key, indexes }: QuietCalls,
  chronicle: Chronicle,
  world: TrueWorld,
  trail: Trail,
) {
  const records = trail.recordsOf(key).filter(({ index }) => indexes.includes(index));
  if (records.some(({ isLost }) => isLost)) return;
  const callsAt = records[0]?.call.at ?? '';
  const known = chronicle.steps.findLast(({ entry: { rules, at } }) => rules !== null && at < callsAt);
  // The calls were made before the first read: a region that was always denied is listed only once an hour.
  if (known === undefined) return;
  const ids = records.map(({ call }) => call.eventId);
  const entry = chronicle.steps.find(
    ({ entry: { kind, changedBy } }) =>
      kind === 'flapped' && ids.every((id) => changedBy?.calls.some(({ eventId }) => eventId === id)),
  )?.entry;
  mustBe(entry !== undefined, 'P3', () => `${key}: no entry reports the transient change of ${ids}`);
  mustBe(entry.changedBy?.fit === 'explained', 'P3', () => `${key}: the transient change of ${ids} is not explained`);
  const past = world.past.get(key) ?? [];
  const [before, during] = [past[indexes[0] - 1]?.instance, past[indexes[0]]?.instance];
  // If a change of the address type changed no exposure, it has no entry. The product then replays the calls on the firewall of the earlier
  // entry, with the earlier address type, so its opened and closed ports can differ from the truth.
  if (before == null || during == null || known.entry.instance?.ipAddressType !== before.ipAddressType) return;
  const [was, is] = [before, during].map(({ rules, ipAddressType }) => probeFirewall(rules, ipAddressType));
  if (was === undefined || is === undefined) return;
  mustBe(probeReach(entry.opened) === (is & ~was), 'P4', () => `${key}: ${ids} opened something else`);
  mustBe(probeReach(entry.closed) === (was & ~is), 'P4', () => `${key}: ${ids} closed something else`);
}
