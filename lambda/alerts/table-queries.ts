/**
 * The commands with which people look into the snapshot table. They work as they are pasted, whatever a name holds. The names of the
 * table's attributes are those of its published layout.
 */
import { quoteForShell, renderAsciiJson } from './escape.ts';

export interface TablePlace {
  table: string;
  /** `undefined`: the region that the CLI is set to. */
  region?: string | undefined;
}

/** The history under one partition key, newest first. */
export function renderHistoryQuery({ table, region }: TablePlace, pk: string): string {
  return renderQuery(table, region, [
    '--no-scan-index-forward',
    `--key-condition-expression ${quoteForShell('pk = :pk')}`,
    `--expression-attribute-values ${quoteForShell(renderAsciiJson({ ':pk': { S: pk } }))}`,
  ]);
}

/** What all resources of an account went through from one instant to another, both included: one query for each calendar month. */
export function renderTimelineQueries(place: TablePlace, account: string, from: string, until: string): string {
  const condition = 'timelineMonth = :month AND timelineAt BETWEEN :from AND :until';
  const queries = listMonths(from, until).map((month) => {
    // A sort key is `<instant>#<region>#<name>`, and `~` comes after `#`.
    const values = { ':month': { S: `${account}#${month}` }, ':from': { S: from }, ':until': { S: `${until}~` } };
    return renderQuery(place.table, place.region, [
      '--index-name timeline',
      `--key-condition-expression ${quoteForShell(condition)}`,
      `--expression-attribute-values ${quoteForShell(renderAsciiJson(values))}`,
    ]);
  });
  return queries.join(' && ');
}

function renderQuery(table: string, region: string | undefined, rest: readonly string[]): string {
  const where = region === undefined ? [] : [`--region ${quoteForShell(region)}`];
  return ['aws dynamodb query', ...where, `--table-name ${quoteForShell(table)}`, ...rest].join(' ');
}

/** `yyyy-mm` of every month from one instant to the other; of more than two years the newest, so that a command stays a command. */
function listMonths(from: string, until: string): string[] {
  const first = monthNumber(from);
  const last = Math.max(first, monthNumber(until));
  const months: string[] = [];
  for (let month = Math.max(first, last - 23); month <= last; month += 1) {
    months.push(`${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`);
  }
  return months;
}

function monthNumber(instant: string): number {
  return Number(instant.slice(0, 4)) * 12 + Number(instant.slice(5, 7)) - 1;
}
