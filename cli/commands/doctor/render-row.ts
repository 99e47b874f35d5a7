import { renderPlain } from '../../../lambda/alerts/escape.ts';
import { toInstant } from '../../../lambda/history/instants.ts';
import type { Style, Terminal } from '../../text/terminal.ts';
import { worstStatus } from './decide/decide-exit-code.ts';
import { checks, type MonitorPlace, type Row, type RowStatus } from './row.ts';

const styles: Readonly<Record<RowStatus, Style>> = {
  ok: 'green',
  warning: 'yellow',
  failure: ['bold', 'red'],
  unknown: ['bold', 'yellow'],
};
const words: Readonly<Record<RowStatus, string>> = {
  ok: 'OK',
  warning: 'WARNING',
  failure: 'FAILURE',
  unknown: 'UNKNOWN',
};

const statusWidth = 'FAILURE'.length;
const checkWidth = Math.max(...checks.map(({ length }) => length));
const indent = ' '.repeat(statusWidth + 2);

/** The limit for a text, in characters. A command is never cut, because a cut command would do something else. */
const longestText = 1_000;

export function renderRow(row: Row, { out }: Pick<Terminal, 'out'>): string {
  const { check, resource, status, found, expected, remedy, command } = row;
  const word = out.style(styles[status], words[status].padEnd(statusWidth));
  const name = resource === null ? '' : `${renderPlain(resource, 300)}: `;
  const lines = [`${word}  ${check.padEnd(checkWidth)}  ${name}${renderPlain(found, longestText)}`];
  if (expected !== null) lines.push(`${indent}expected: ${renderPlain(expected, longestText)}`);
  if (remedy !== null) lines.push(`${indent}to do: ${renderPlain(remedy, longestText)}`);
  if (command !== null) lines.push(`${indent}$ ${renderPlain(command, command.length)}`);
  return lines.join('\n');
}

/** Names the deployment, and then the counts: `2 failures, 1 unknown, 20 OK`. */
export function renderSummary(
  rows: readonly Row[],
  place: Pick<MonitorPlace, 'account' | 'stack' | 'monitor' | 'region'>,
): string {
  const count = (status: RowStatus) => rows.filter((row) => row.status === status).length;
  const parts = [
    countedAs(count('failure'), 'failure', 'failures'),
    countedAs(count('unknown'), 'unknown', 'unknown'),
    countedAs(count('warning'), 'warning', 'warnings'),
    countedAs(count('ok'), 'OK', 'OK'),
  ].filter((part) => part !== null);
  const monitor = place.monitor === null ? '' : `, monitor ${place.monitor}`;
  return `Account ${place.account}, stack ${place.stack}${monitor} in ${place.region}: ${parts.join(', ')}.`;
}

const countedAs = (count: number, one: string, many: string): string | null =>
  count === 0 ? null : `${count} ${count === 1 ? one : many}`;

/** The document of `portwatch doctor --json`; docs/command-line.md describes each field. */
export function toDoctorDocument(rows: readonly Row[], place: MonitorPlace, now: number) {
  const { account, stack, region } = place;
  return {
    schema: 'portwatch.doctor/1',
    account,
    stack,
    region,
    askedAt: toInstant(now),
    status: worstStatus(rows),
    rows,
  };
}
