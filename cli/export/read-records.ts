/** The records of an export, page by page: entries subject by subject, then what is gone, then scans. Everything by key, no Scan. */
import type { NotedScan } from '../../lambda/adapters/history-items.ts';
import { alertIdOf } from '../../lambda/alerts/alert-id.ts';
import { matchesGlob } from '../../lambda/firewall/glob.ts';
import type { HistoryEntry, Subject } from '../../lambda/history/entry.ts';
import type { Departed } from '../../lambda/scan/roles.ts';
import { CommandError } from '../command-error.ts';
import { emptyTable } from '../deployed/find-instance.ts';
import { listInstances } from '../deployed/load-fleet-evidence.ts';
import type { Deployment } from '../deployed/open-deployment.ts';

export type ExportRecord = { record: 'entry' | 'departed' | 'scan' } & Record<string, unknown>;

export interface ExportSpan {
  from: string | null;
  until: string;
}

/** `glob`: `null` for everything. Throws CommandError where the table holds nothing, or what this version can't read. */
export async function* readRecords(
  { reader, account, tableName }: Deployment,
  span: ExportSpan,
  glob: string | null,
): AsyncGenerator<ExportRecord[]> {
  const [{ heads, refused, lastScan }, departed] = await Promise.all([reader.loadFleet(), reader.loadDeparted()]);
  if (heads.length === 0 && departed.length === 0 && refused.length === 0 && lastScan === null)
    throw emptyTable({ tableName, account });
  const [unreadable] = refused;
  if (unreadable !== undefined)
    throw new CommandError(
      `The table can not be read by this version of Portwatch, so not exported whole: ${unreadable.problem}.`,
    );
  const isChosen = ({ instanceName }: Subject) =>
    glob === null || (instanceName !== null && matchesGlob(glob, instanceName));
  for (const subject of [...listRegions(heads), ...listInstances(heads, departed)].filter(isChosen))
    for await (const entries of reader.readEntries(subject, span)) yield entries.map(toEntryRecord);
  const isWithin = ({ goneAt }: Departed) => goneAt <= span.until && (span.from === null || goneAt >= span.from);
  yield departed.filter((each) => isWithin(each) && isChosen(each.subject)).map(toDepartedRecord);
  if (glob === null) for await (const scans of reader.readScans(span)) yield scans.map(toScanRecord);
}

function listRegions(heads: readonly { subject: Subject }[]): Subject[] {
  return heads.map(({ subject }) => subject).filter(({ instanceName }) => instanceName === null);
}

function toEntryRecord(entry: HistoryEntry): ExportRecord {
  const { subject, changedBy = null, ...rest } = entry;
  const { region, instanceName } = subject;
  return { record: 'entry', region, instanceName, ...rest, changedBy, alertId: alertIdOf(entry) };
}

function toDepartedRecord({ subject, ...rest }: Departed): ExportRecord {
  return { record: 'departed', region: subject.region, instanceName: subject.instanceName, ...rest };
}

function toScanRecord(scan: NotedScan): ExportRecord {
  return { record: 'scan', ...scan };
}
