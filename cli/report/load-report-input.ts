/**
 * Everything that the table says about a span. An entry that can't be read stops nothing: from it on nothing is known of its instance
 * until the next one, and the page says so.
 */
import pLimit from 'p-limit';
import type { DynamoDbHistoryReader, RefusedEntry } from '../../lambda/adapters/dynamodb-history-reader.ts';
import type { NotedScan } from '../../lambda/adapters/history-items.ts';
import { countOf } from '../../lambda/alerts/count-of.ts';
import type { HistoryEntry, Subject } from '../../lambda/history/entry.ts';
import type { Evidence } from '../../lambda/history/evidence.ts';
import type { Span } from '../../lambda/history/exposure-spans.ts';
import { emptyTable } from '../deployed/find-instance.ts';
import { loadSnapshot } from '../deployed/load-evidence.ts';
import { keyOf, listInstances, queriesAtOnce } from '../deployed/load-fleet-evidence.ts';
import type { Deployment } from '../deployed/open-deployment.ts';
import type { ReportInput } from './data/build-report-data.ts';

type Place = Pick<Deployment, 'reader' | 'account' | 'tableName' | 'ask'>;

/** Throws CommandError where the table can't be read, or holds nothing. `onProgress`: how far it has come, in words. */
export async function loadReportInput(
  place: Place,
  span: Span,
  onProgress: (line: string) => void,
): Promise<ReportInput> {
  const { reader, account, ask } = place;
  const [{ heads, refused, lastScan }, departed] = await ask(Promise.all([reader.loadFleet(), reader.loadDeparted()]));
  if (heads.length === 0 && departed.length === 0 && refused.length === 0 && lastScan === null) throw emptyTable(place);
  const problems = refused.map(({ problem }) => problem);
  const instances = listInstances(heads, departed);
  const scans = await ask(readScans(reader, span));
  const regions = await ask(loadRegions(reader, instances, span, problems));
  let done = 0;
  const limit = pLimit(queriesAtOnce);
  const load = async (subject: Subject): Promise<Evidence> => {
    const entries = await loadEntries(reader, subject, span, problems);
    done += 1;
    onProgress(`read the history of ${done} of ${countOf(instances.length, 'instance')}`);
    return { subject, entries, regionEntries: regions.get(subject.region) ?? [], scans };
  };
  const evidence = await ask(Promise.all(instances.map((subject) => limit(() => load(subject)))));
  return { account, name: null, builtAt: new Date().toISOString(), span, evidence, scans, problems };
}

async function readScans(reader: DynamoDbHistoryReader, span: Span): Promise<NotedScan[]> {
  const scans: NotedScan[] = [];
  for await (const page of reader.readScans(span)) scans.push(...page);
  return scans.reverse();
}

async function loadRegions(
  reader: DynamoDbHistoryReader,
  instances: readonly Subject[],
  span: Span,
  problems: string[],
): Promise<ReadonlyMap<string, HistoryEntry[]>> {
  const subjects = new Map(instances.map(({ account, region }) => [region, { account, region, instanceName: null }]));
  const loading = [...subjects].map(async ([region, subject]): Promise<[string, HistoryEntry[]]> => {
    return [region, await loadEntries(reader, subject, span, problems)];
  });
  return new Map(await Promise.all(loading));
}

/** From the entry in force at the start of the span on, oldest first; before it, the one that its rules are to be taken from. */
async function loadEntries(
  reader: DynamoDbHistoryReader,
  subject: Subject,
  { from, until }: Span,
  problems: string[],
): Promise<HistoryEntry[]> {
  const found: HistoryEntry[] = [];
  const refuse = (refused: RefusedEntry) => {
    problems.push(refused.problem);
    found.push(standIn(subject, refused));
  };
  for await (const page of reader.readEntries(subject, { from: null, until }, 100, refuse)) {
    found.push(...page);
    if ((found.at(-1)?.at ?? until) <= from) break;
  }
  const sorted = linkStandIns(found.sort((a, b) => (a.at < b.at ? -1 : 1)));
  const first = sorted.findLastIndex(({ at }) => at <= from);
  const slice = sorted.slice(Math.max(0, first));
  return [...(await loadSnapshot(reader, slice[0])), ...slice];
}

/** A stand-in goes on from what was in force before it, and has its place in the row of versions. */
function linkStandIns(entries: readonly HistoryEntry[]): HistoryEntry[] {
  let rulesAt: string | null = null;
  let version = 0;
  return entries.map((entry) => {
    const linked = entry.commitId === standInId ? { ...entry, previousRulesAt: rulesAt, version: version + 1 } : entry;
    version = linked.version;
    rulesAt = linked.rules === null ? (linked.kind === 'gone' ? null : linked.previousRulesAt) : linked.at;
    return linked;
  });
}

const standInId = 'stand-in';

/** What can't be read may have changed anything: a gap, until something can be read again. */
function standIn(subject: Subject, { at, problem }: RefusedEntry): HistoryEntry {
  return {
    subject,
    at,
    version: 0,
    kind: 'gap',
    instance: null,
    rules: null,
    previousRulesAt: null,
    verdict: null,
    opened: [],
    closed: [],
    dormant: [],
    notes: [],
    severity: 'info',
    reason: `the entry of ${keyOf(subject)} at ${at} can not be read by this version of Portwatch`,
    changedAfter: null,
    changedBefore: at,
    expected: null,
    failure: { reason: 'invalid-answer', message: problem, since: at },
    replaces: null,
    summary: null,
    rulesHash: null,
    exposureHash: null,
    algoVersion: 0,
    commitId: standInId,
  };
}
