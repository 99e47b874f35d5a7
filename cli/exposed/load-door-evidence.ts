/**
 * What the history needs to answer about a door over a span, of the whole fleet. The state at the start is one Query of one item for each
 * instance, what happened since is in the timeline; of that only what concerns the door is read whole.
 */
import pLimit from 'p-limit';
import type { DynamoDbHistoryReader } from '../../lambda/adapters/dynamodb-history-reader.ts';
import type { TimelineStep } from '../../lambda/adapters/history-items.ts';
import type { HistoryEntry, Subject } from '../../lambda/history/entry.ts';
import type { Evidence } from '../../lambda/history/evidence.ts';
import { concernsDoor, fillEntries } from '../../lambda/history/fill-entries.ts';
import type { Door } from '../../lambda/history/who-could-reach.ts';
import { EvidenceLoader, type EvidenceSource, loadSnapshot } from '../deployed/load-evidence.ts';
import { keyOf, loadSteps, queriesAtOnce } from '../deployed/load-fleet-evidence.ts';

export type DoorSource = EvidenceSource & Pick<DynamoDbHistoryReader, 'readSteps' | 'loadBareEntryAt' | 'loadEntries'>;

/** What the table holds of instances now: `lastAt` is the instant of the newest entry. */
export interface NewestOf {
  subject: Subject;
  lastAt: string | null;
}

/**
 * Good for questions about that door, and for nothing else. What was found later of who did it is left out. `subjects`, `heads`: all that
 * there are.
 */
export async function loadDoorEvidence(
  reader: DoorSource,
  { subjects, heads }: { subjects: readonly Subject[]; heads: readonly NewestOf[] },
  span: { from: string; until: string },
  door: Door,
): Promise<Evidence[]> {
  const loader = new EvidenceLoader(reader, span);
  const limit = pLimit(queriesAtOnce);
  const [stepsOf, starts] = await Promise.all([
    loadSteps(reader, span.from, loader.lookUntil),
    Promise.all(subjects.map((subject) => limit(() => loadStart(reader, subject, span.from)))),
  ]);
  const listSteps = (subject: Subject) => stepsOf.get(keyOf(subject))?.toReversed() ?? [];
  const wholeOf = await loadWhole(reader, subjects.flatMap(listSteps), door);
  const lastAtOf = new Map(heads.map(({ subject, lastAt }) => [keyOf(subject), lastAt]));
  const load = async (subject: Subject, start: HistoryEntry[]): Promise<Evidence> => {
    const [key, steps] = [keyOf(subject), listSteps(subject)];
    const since = fillEntries(start, steps, wholeOf.get(key) ?? new Map());
    const newest = since?.at(-1) ?? start.at(-1) ?? null;
    const standing = since === null ? 'incomplete' : decideStanding(newest, lastAtOf.get(key), loader.lookUntil);
    if (since === null || standing === 'incomplete') return loader.load(subject);
    const later = standing === 'newest' ? Promise.resolve([]) : loader.loadLater(subject);
    return loader.build(
      subject,
      later.then((after) => [...start, ...since, ...after]),
    );
  };
  return Promise.all(subjects.map((subject, i) => limit(() => load(subject, starts[i] ?? []))));
}

/** The entry in force at the start, and before it the one that its rules are to be taken from. */
async function loadStart(reader: DoorSource, subject: Subject, from: string): Promise<HistoryEntry[]> {
  const entry = await reader.loadBareEntryAt(subject, from);
  return entry === null ? [] : [...(await loadSnapshot(reader, entry)), entry];
}

/** By instance and instant. */
async function loadWhole(reader: DoorSource, steps: readonly TimelineStep[], door: Door) {
  const wholeOf = new Map<string, Map<string, HistoryEntry>>();
  for (const entry of await reader.loadEntries(steps.filter((step) => concernsDoor(step, door)))) {
    const key = keyOf(entry.subject);
    wholeOf.set(key, (wholeOf.get(key) ?? new Map<string, HistoryEntry>()).set(entry.at, entry));
  }
  return wholeOf;
}

/**
 * Is the last entry that was found the newest one that there is? `later`: there may be more after the time that was looked at.
 * `incomplete`: the index, which may lack the last moments, has not all. `lastAt`: `undefined`: there is no head any more; then what is
 * gone was never seen again.
 */
function decideStanding(
  newest: HistoryEntry | null,
  lastAt: string | null | undefined,
  lookUntil: string,
): 'newest' | 'later' | 'incomplete' {
  if (lastAt === undefined) return newest?.kind === 'gone' ? 'newest' : 'later';
  if (lastAt !== null && lastAt > lookUntil) return 'later';
  return lastAt === (newest?.at ?? null) ? 'newest' : 'incomplete';
}
