/** AWS CLI commands that query the snapshot table. A person can paste them: names are quoted for the shell. */
import { tableNames } from '../contract/table-keys.ts';
import { monthsBetween, timelineIndex, timelinePartition } from '../contract/timeline-index.ts';
import { quoteForShell, renderAsciiJson } from './escape.ts';

interface TablePlace {
  table: string;
  /** `undefined`: the default region of the AWS CLI. */
  region?: string | undefined;
}

/** Renders the command that lists the history under one partition key, newest first. */
export function renderHistoryQuery({ table, region }: TablePlace, pk: string): string {
  return renderQuery(table, region, [
    '--no-scan-index-forward',
    `--key-condition-expression ${quoteForShell(`${tableNames.partitionKey} = :pk`)}`,
    `--expression-attribute-values ${quoteForShell(renderAsciiJson({ ':pk': { S: pk } }))}`,
  ]);
}

/**
 * Renders the command that lists the history of all resources of an account, with one query for each calendar month. `from` and `until` are
 * included.
 */
export function renderTimelineQueries(place: TablePlace, account: string, from: string, until: string): string {
  const { name, partitionKey, sortKey } = timelineIndex;
  const condition = `${partitionKey} = :month AND ${sortKey} BETWEEN :from AND :until`;
  // A command with more than 24 queries is too long to paste: the newest 24 months stay.
  const months = monthsBetween(from, until).slice(-24);
  const queries = months.map((month) => {
    // A sort key is `<instant>#<region>#<name>`. `~` sorts after `#`, so the entries at `until` are included.
    const values = {
      ':month': { S: timelinePartition(account, month) },
      ':from': { S: from },
      ':until': { S: `${until}~` },
    };
    return renderQuery(place.table, place.region, [
      `--index-name ${name}`,
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
