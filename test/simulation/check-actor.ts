/** Checks an attribution (P6): it contains only calls about this instance that the scan received, made before the change was observed. */
import type { ApiCall } from '../../lambda/attribution/api-call.ts';
import type { Attribution } from '../../lambda/history/attribution.ts';
import type { HistoryEntry, Resource } from '../../lambda/history/entry.ts';
import { resourceKey } from '../../lambda/history/resource-key.ts';
import type { SimulatedScan } from './simulated-scan.ts';
import { mustBe } from './violation.ts';

function isAbout({ instanceNames }: ApiCall, { instanceName }: Resource): boolean {
  return instanceNames.includes(instanceName ?? '');
}

/** `known`: the earlier attribution of the entry, whose calls may be named again; `null`: there is none. */
export function checkActor(
  { resource, changedBy, kind, version, changedBefore }: HistoryEntry,
  scan: SimulatedScan,
  known: Attribution | null,
): void {
  if (changedBy == null) return;
  const name = `${resourceKey(resource)} version ${version} (${kind})`;
  const given: { eventId: string }[] = [
    ...(known?.calls ?? []),
    ...(scan.targets?.find((target) => resourceKey(target) === resourceKey(resource))?.calls ?? []),
    ...scan.foundCalls.filter((call) => call.region === resource.region && isAbout(call, resource)),
  ];
  const ids = changedBy.calls.map(({ eventId }) => eventId);
  const isGiven = ids.every((id) => given.some(({ eventId }) => eventId === id));
  mustBe(ids.length > 0 && isGiven, 'P6', () => `${name}: scan ${scan.id} names calls that it did not receive: ${ids}`);
  mustBe(new Set(ids).size === ids.length, 'P6', () => `${name}: a duplicate call is listed twice`);
  const isEarlier = changedBy.calls.every(({ at }) => at <= changedBefore);
  mustBe(isEarlier, 'P6', () => `${name}: lists a call that was made after ${changedBefore}`);
}

/** An attribution replaces another one only if it names every call of the other one, and also names another call or explains the change. */
export function checkCompleted(name: string, { calls, fit }: Attribution, known: Attribution | null): void {
  if (known === null) return;
  const isNamed = ({ eventId }: { eventId: string }) => calls.some((call) => call.eventId === eventId);
  mustBe(
    known.calls.every(isNamed),
    'P6',
    () => `the new attribution of ${name} lacks calls of the one that it replaces`,
  );
  const isMore = calls.length > known.calls.length || (fit === 'explained' && known.fit !== 'explained');
  mustBe(isMore, 'P6', () => `the attribution of ${name} is replaced by one that says no more`);
}
