/** Builds the input of the report from the items of a table in memory, without a real table. */

import { chooseRatingSettings } from '../../cli/questions/choose-rating-settings.ts';
import type { Span } from '../../cli/questions/exposure-spans.ts';
import type { ReportInput } from '../../cli/report/data/build-report-data.ts';
import { fromEntryItem } from '../../lambda/adapters/items/entry-item.ts';
import type { Item } from '../../lambda/adapters/items/read-item.ts';
import { readItem } from '../../lambda/adapters/items/read-item.ts';
import { fromScanItem } from '../../lambda/adapters/items/scan-item.ts';
import { isEntry } from '../../lambda/contract/table-keys.ts';
import { attributionSchema } from '../../lambda/history/attribution.ts';
import { completeEntry, rulesBeforeAt } from '../../lambda/history/complete-entry.ts';
import type { HistoryEntry } from '../../lambda/history/entry.ts';

export function inputFromItems(items: readonly Item[], account: string, span: Span): ReportInput {
  const sorted = items.toSorted((a, b) => (String(a['sk']) < String(b['sk']) ? -1 : 1));
  const byKey = Map.groupBy(sorted, (item) => String(item['pk']));
  const histories = [...byKey]
    .filter(([pk]) => /^(INSTANCE|REGION)#/.test(pk))
    .map(([, history]) => toEntries(history));
  const regions = new Map(histories.filter(isOfRegion).map((entries) => [entries[0]?.resource.region, entries]));
  const slices = histories.flatMap((entries) => {
    const resource = entries[0]?.resource;
    if (resource === undefined || resource.instanceName === null) return [];
    return [{ resource, entries, regionEntries: regions.get(resource.region) ?? [], scans: [], expiredScans: [] }];
  });
  const scans = (byKey.get(`SCANS#${account}`) ?? []).map(fromScanItem);
  return {
    account,
    name: 'prod',
    builtAt: span.until,
    span,
    slices: slices.map((each) => ({ ...each, scans })),
    scans: [{ account, scans }],
    names: null,
    hidden: [],
    ratedBy: chooseRatingSettings(null),
    approvals: null,
    problems: [],
  };
}

const isOfRegion = ([first]: readonly HistoryEntry[]) => first?.resource.instanceName === null;

function toEntries(items: readonly Item[]): HistoryEntry[] {
  const beside = new Map(
    items.filter(({ sk }) => String(sk).endsWith('#by')).map((item) => [String(item['sk']), item]),
  );
  const entries = items.filter(isEntry).map((item): HistoryEntry => {
    const by = beside.get(`${String(item['sk'])}#by`);
    const entry = fromEntryItem(item);
    return by === undefined ? entry : { ...entry, changedBy: readItem(by, attributionSchema) };
  });
  const byInstant = new Map(entries.map((entry) => [entry.at, entry]));
  return entries.map((entry) => completeEntry(entry, byInstant.get(rulesBeforeAt(entry) ?? '') ?? null));
}
