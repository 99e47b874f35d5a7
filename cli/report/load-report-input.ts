/**
 * Everything that the table says about a span. An entry that can't be read stops nothing: from it on nothing is known of its instance
 * until the next one, and the page says so.
 */

import pLimit from 'p-limit';
import type { NotedScan } from '../../lambda/adapters/items/scan-item.ts';
import { countOf } from '../../lambda/alerts/count-of.ts';
import { resourceKey } from '../../lambda/contract/table-keys.ts';
import { blankEntry } from '../../lambda/history/blank-entry.ts';
import type { HistoryEntry, Resource } from '../../lambda/history/entry.ts';
import { emptyTable } from '../aws/find-instance.ts';
import type { DynamoDbHistoryReader, RefusedEntry } from '../aws/history-reader.ts';
import { listInstances, queriesAtOnce } from '../aws/load-fleet-history.ts';
import { loadSnapshot } from '../aws/load-history.ts';
import type { Deployment } from '../aws/open-deployment.ts';
import type { Span } from '../questions/exposure-spans.ts';
import type { HistorySlice } from '../questions/history-slice.ts';
import type { ReportInput } from './data/build-report-data.ts';

type Place = Pick<Deployment, 'reader' | 'account' | 'tableName' | 'ask' | 'loadRatedBy'>;

/** Throws CommandError where the table can't be read, or holds nothing. `onProgress`: how far it has come, in words. */
export async function loadReportInput(
  place: Place,
  span: Span,
  onProgress: (line: string) => void,
): Promise<ReportInput> {
  const { reader, account, ask } = place;
  const [{ states, refused, lastScan }, departed] = await ask(Promise.all([reader.loadFleet(), reader.loadDeparted()]));
  if (states.length === 0 && departed.length === 0 && refused.length === 0 && lastScan === null)
    throw emptyTable(place);
  const problems = refused.map(({ problem }) => problem);
  const instances = listInstances(states, departed);
  const scans = await ask(readScans(reader, span));
  const regions = await ask(loadRegions(reader, instances, span, problems));
  let done = 0;
  const limit = pLimit(queriesAtOnce);
  const load = async (resource: Resource): Promise<HistorySlice> => {
    const entries = await loadEntries(reader, resource, span, problems);
    done += 1;
    onProgress(`read the history of ${done} of ${countOf(instances.length, 'instance')}`);
    return { resource, entries, regionEntries: regions.get(resource.region) ?? [], scans };
  };
  const ratedBy = await place.loadRatedBy(span.until);
  const slices = await ask(Promise.all(instances.map((resource) => limit(() => load(resource)))));
  return { account, name: null, builtAt: new Date().toISOString(), span, slices, scans, ratedBy, problems };
}

async function readScans(reader: DynamoDbHistoryReader, span: Span): Promise<NotedScan[]> {
  const scans: NotedScan[] = [];
  for await (const page of reader.readScans(span)) scans.push(...page);
  return scans.reverse();
}

async function loadRegions(
  reader: DynamoDbHistoryReader,
  instances: readonly Resource[],
  span: Span,
  problems: string[],
): Promise<ReadonlyMap<string, HistoryEntry[]>> {
  const resources = new Map(instances.map(({ account, region }) => [region, { account, region, instanceName: null }]));
  const loading = [...resources].map(async ([region, resource]): Promise<[string, HistoryEntry[]]> => {
    return [region, await loadEntries(reader, resource, span, problems)];
  });
  return new Map(await Promise.all(loading));
}

/** From the entry in force at the start of the span on, oldest first; before it, the one that its rules are to be taken from. */
async function loadEntries(
  reader: DynamoDbHistoryReader,
  resource: Resource,
  { from, until }: Span,
  problems: string[],
): Promise<HistoryEntry[]> {
  const found: HistoryEntry[] = [];
  const refuse = (refused: RefusedEntry) => {
    problems.push(refused.problem);
    found.push(standIn(resource, refused));
  };
  for await (const page of reader.readEntries(resource, { from: null, until }, 100, refuse)) {
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
function standIn(resource: Resource, { at, problem }: RefusedEntry): HistoryEntry {
  return blankEntry({
    resource,
    at,
    version: 0,
    kind: 'gap',
    reason: `the entry of ${resourceKey(resource)} at ${at} can not be read by this version of Portwatch`,
    failure: { reason: 'invalid-answer', message: problem, since: at },
    algoVersion: 0,
    commitId: standInId,
  });
}
