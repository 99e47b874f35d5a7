/**
 * What the history needs to answer about one instant of the whole fleet. It costs one Query of one item for each instance; what was
 * written after the instant and reaches back to it is found for all of them at once, by the timeline.
 */
import pLimit from 'p-limit';
import type { DynamoDbHistoryReader } from '../../lambda/adapters/dynamodb-history-reader.ts';
import type { NotedScan, TimelineStep } from '../../lambda/adapters/history-items.ts';
import type { Subject } from '../../lambda/history/entry.ts';
import type { Evidence } from '../../lambda/history/evidence.ts';
import { EvidenceLoader, loadSnapshot, lookAheadMs } from './load-evidence.ts';

/** Queries under way at once. */
export const queriesAtOnce = 16;

export async function loadFleetEvidence(
  reader: DynamoDbHistoryReader,
  subjects: readonly Subject[],
  at: string,
): Promise<Evidence[]> {
  const loader = new EvidenceLoader(reader, { from: at, until: at });
  const lookUntil = new Date(Date.parse(at) + lookAheadMs).toISOString();
  const stepsOf = await loadSteps(reader, at, lookUntil);
  const limit = pLimit(queriesAtOnce);
  const load = async (subject: Subject): Promise<Evidence> => {
    const [entry, regionEntries, { after, scans }] = await Promise.all([
      reader.loadEntryAt(subject, at),
      loader.loadRegion(subject),
      loader.loadScans(subject),
    ]);
    const count = countLater(stepsOf.get(keyOf(subject)) ?? [], at, after, lookUntil);
    const later = count === 0 ? [] : await reader.loadEntriesAfter(subject, at, count);
    const own = entry === null ? [] : [...(await loadSnapshot(reader, entry)), entry];
    return { subject, entries: [...own, ...later], regionEntries, scans };
  };
  return Promise.all(subjects.map((subject) => limit(() => load(subject))));
}

/** How many of the entries after the instant may say something about it. */
function countLater(steps: readonly TimelineStep[], at: string, after: NotedScan | null, lookUntil: string): number {
  // Nobody read it for long: what it had become by then may have been so already.
  if (after === null || after.endedAt > lookUntil) return Math.max(2, steps.length);
  const reachesBack = ({ at: entryAt, changedAfter }: TimelineStep) =>
    entryAt <= after.endedAt || changedAfter === null || changedAfter <= at;
  return steps.some(reachesBack) ? steps.length : 0;
}

/** What the index has from after an instant until another, newest first, by `keyOf`. */
export async function loadSteps(
  reader: Pick<DynamoDbHistoryReader, 'readSteps'>,
  at: string,
  until: string,
): Promise<ReadonlyMap<string, TimelineStep[]>> {
  const stepsOf = new Map<string, TimelineStep[]>();
  const from = new Date(Date.parse(at) + 1).toISOString();
  for await (const page of reader.readSteps({ from, until }))
    for (const step of page) {
      const key = keyOf(step.subject);
      const known = stepsOf.get(key);
      if (known === undefined) stepsOf.set(key, [step]);
      else known.push(step);
    }
  return stepsOf;
}

export const keyOf = ({ region, instanceName }: Subject): string => `${region}#${instanceName ?? ''}`;

/** Every instance that there is, or was, one for each name in a region; by region and name. */
export function listInstances(
  heads: readonly { subject: Subject }[],
  departed: readonly { subject: Subject }[],
): Subject[] {
  const all = new Map([...heads, ...departed].map(({ subject }) => [keyOf(subject), subject]));
  return [...all.values()]
    .filter(({ instanceName }) => instanceName !== null)
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}
