/**
 * Checks the answers of `at`, `exposed` and `status` (P4) at the end of a scan, before there are later scans. An instance that the scan
 * could not read is unknown in each answer, whether or not its failure was alerted.
 */
import { defaultRatingPolicy } from '../../lambda/firewall/index.ts';
import { isNotDue } from '../../lambda/history/find-confirmation.ts';
import { resourceKey } from '../../lambda/history/resource-key.ts';
import type { ScanRecord } from '../../lambda/scan/interfaces.ts';
import type { Chronicle } from './chronicle.ts';
import type { Setting } from './setting.ts';
import { mustBe } from './violation.ts';

const everything = { protocol: null, from: 0, to: 65_535, source: null };

/** `record`: the scan item of a scan that has just ended, and that ran without a parallel scan. The clocks are right. */
export async function checkAnswers(setting: Setting, record: ScanRecord): Promise<void> {
  for (const chronicle of setting.model.chronicles.values()) {
    const { region } = chronicle.resource;
    const isRead = record.regionsListed.includes(region) && !record.notRead.includes(resourceKey(chronicle.resource));
    if (!chronicle.isRegion && !isRead && !isNotDue(record, region)) await checkUnread(chronicle, setting, record);
  }
}

async function checkUnread(
  chronicle: Chronicle,
  { model, product, scheduler }: Setting,
  record: ScanRecord,
): Promise<void> {
  const { resource } = chronicle;
  const entries = await model.loadHistory(resource);
  const newest = entries.findLast(({ kind }) => kind !== 'flapped');
  // An entry that was committed during the scan belongs to a read after the scan's start.
  if (newest === undefined || newest.kind === 'gone' || newest.at >= record.startedAt) return;
  const scans = model.notes.map((note) => note.record).sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
  const regionEntries = await model.loadHistory(model.regionOf(chronicle).resource);
  const slice = { resource, entries, regionEntries, scans, expiredScans: [] };
  const at = record.endedAt;
  const name = `${resourceKey(resource)} at ${at}`;
  const { status, gap } = product.stateAt(slice, at);
  mustBe(status === 'unknown', 'P4', () => `${name} is ${status}, and the scan of ${record.startedAt} did not read it`);
  const isSince = gap?.reason === 'expired' || (gap?.since ?? '') <= record.startedAt;
  mustBe(isSince, 'P4', () => `${name} is unknown only since ${gap?.since}`);
  const until = new Date(Date.parse(at) + 1).toISOString();
  const [open] = product.findOpenSpans(slice, { from: at, until }, everything);
  mustBe(open !== undefined, 'P4', () => `${name} lets nothing through, and was not read`);
  const latest = await model.loadState(resource);
  if (latest !== null && latest.status !== 'gone') {
    const region = await model.loadState(model.regionOf(chronicle).resource);
    const states = region === null ? [latest] : [latest, region];
    const [row] = product.fleetStatus(states, scans, defaultRatingPolicy).instances;
    mustBe(row?.gap != null, 'P4', () => `${name} has no gap in the status of the fleet, and was not read`);
    // A scan that died wrote no scan item, so only the latest state (and the answer of `status`) has its failures and its reads. If it
    // committed a state and the table refused the entry, the history does not have this read yet.
    const isReadSince = latest.status === 'known' && (latest.seenAt ?? '') >= (gap?.since ?? '');
    const isNotLater = gap?.reason === 'expired' || isReadSince || row.gap.since <= (gap?.since ?? '');
    mustBe(isNotLater, 'P6', () => `${name} is unknown since ${gap?.since}, and since ${row.gap?.since} in the status`);
    scheduler.events.add(row.gap.isTold ? 'unread, alerted' : 'unread, not alerted');
  }
}
