/** P6 on who made a change: only calls that the run was given, of the one instance, that were made before the change was seen. */
import type { Call } from '../../lambda/attribution/call.ts';
import type { HistoryEntry, Subject } from '../../lambda/history/entry.ts';
import { subjectKey } from '../../lambda/scan/head.ts';
import type { SimulatedScan } from './simulated-scan.ts';
import { mustBe } from './violation.ts';

function isAbout({ instanceNames }: Call, { instanceName }: Subject): boolean {
  return instanceNames.includes(instanceName ?? '');
}

export function judgeActor(
  { subject, changedBy, kind, version, changedBefore }: HistoryEntry,
  scan: SimulatedScan,
): void {
  if (changedBy == null) return;
  const name = `${subjectKey(subject)} version ${version} (${kind})`;
  const given = [
    ...(scan.targets?.find((target) => subjectKey(target) === subjectKey(subject))?.calls ?? []),
    ...scan.foundCalls.filter((call) => call.region === subject.region && isAbout(call, subject)),
  ];
  const ids = changedBy.calls.map(({ eventId }) => eventId);
  const isGiven = ids.every((id) => given.some(({ eventId }) => eventId === id));
  mustBe(ids.length > 0 && isGiven, 'P6', () => `${name}: scan ${scan.id} names calls that it was not given: ${ids}`);
  mustBe(new Set(ids).size === ids.length, 'P6', () => `${name}: a call that came twice is named twice`);
  const isEarlier = changedBy.calls.every(({ at }) => at <= changedBefore);
  mustBe(isEarlier, 'P6', () => `${name}: a call is named that was made later than ${changedBefore}`);
}
