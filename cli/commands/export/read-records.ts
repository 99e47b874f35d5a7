/**
 * Reads the records of an export, page by page, all with Queries. The order for each account: the entries of each resource, the deleted
 * instances, the scans.
 */

import { alertIdOf } from '../../../lambda/alerts/alert-id.ts';
import { matchesGlob } from '../../../lambda/firewall/rating/glob.ts';
import type { HistoryEntry, Resource } from '../../../lambda/history/entry.ts';
import type { Departed } from '../../../lambda/scan/interfaces.ts';
import { loadWholeFleet, type WholeFleet } from '../../aws/load-fleet.ts';
import { type AccountRecords, type Deployment, forEachAccount } from '../../aws/open-deployment.ts';
import { refuseWithoutRecords } from '../../aws/refuse-without-records.ts';
import { CommandError } from '../../command-error.ts';
import { refuseUnknownNames } from '../../options/refuse-unknown-names.ts';
import { accountFields } from '../../questions/account-names.ts';
import type { RecordedSpan } from '../../time/parse-span.ts';

export type ExportRecord = { record: 'entry' | 'departed' | 'scan' } & Record<string, unknown>;

/**
 * Yields the records of one account after the other. `glob` is a pattern for the names of instances. A pattern leaves out regions and
 * scans; `null` includes every record.
 * Throws CommandError if the table has no records, if no instance matches `glob`, or if a latest state is unreadable. Throws ItemError if
 * any other item is unreadable.
 */
export async function* readRecords(
  deployment: Deployment,
  span: RecordedSpan,
  glob: string | null,
): AsyncGenerator<ExportRecord[]> {
  const { names } = deployment;
  const loaded = await forEachAccount(deployment, async (each) => ({ ...each, fleet: await loadWholeFleet(each) }));
  refuseWithoutRecords(deployment, loaded);
  const [unreadable] = loaded.flatMap(({ fleet }) => fleet.refused);
  if (unreadable !== undefined)
    throw new CommandError(
      `The export would not be complete, because this version of Portwatch cannot read an item: ${unreadable.problem}.`,
    );
  if (glob !== null)
    refuseUnknownNames(
      { instance: glob },
      loaded.flatMap(({ fleet }) => fleet.instances),
    );
  for (const { account, reader, fleet } of loaded)
    for await (const records of readAccount(reader, fleet, span, glob))
      yield records.map(({ record, ...rest }) => ({ record, ...accountFields(names, account), ...rest }));
}

async function* readAccount(
  reader: AccountRecords['reader'],
  { states, departed, instances }: WholeFleet,
  span: RecordedSpan,
  glob: string | null,
): AsyncGenerator<ExportRecord[]> {
  const isChosen = ({ instanceName }: Resource) =>
    glob === null || (instanceName !== null && matchesGlob(glob, instanceName));
  for (const resource of [...listRegions(states), ...instances].filter(isChosen))
    for await (const entries of reader.readEntries(resource, span)) yield entries.map(toEntryRecord);
  const isWithin = ({ goneAt }: Departed) => goneAt <= span.until && (span.from === null || goneAt >= span.from);
  yield departed.filter((each) => isWithin(each) && isChosen(each.resource)).map(toDepartedRecord);
  if (glob === null)
    for await (const scans of reader.readScans(span)) yield scans.map((scan) => ({ record: 'scan', ...scan }));
}

function listRegions(states: readonly { resource: Resource }[]): Resource[] {
  return states.map(({ resource }) => resource).filter(({ instanceName }) => instanceName === null);
}

function toEntryRecord(entry: HistoryEntry): ExportRecord {
  const { resource, changedBy = null, ...rest } = entry;
  const { region, instanceName } = resource;
  return { record: 'entry', region, instanceName, ...rest, changedBy, alertId: alertIdOf(entry) };
}

function toDepartedRecord({ resource, ...rest }: Departed): ExportRecord {
  return { record: 'departed', region: resource.region, instanceName: resource.instanceName, ...rest };
}
