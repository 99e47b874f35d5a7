/** An error of a check becomes a row, and hides no other check. */
import { CommandError } from '../../command-error.ts';
import { LacksError, type Monitor } from './open-monitor.ts';
import { type Check, failedRow, failureRow, type Row } from './row.ts';
import { cdkCommand } from './suggested-commands.ts';

/** The largest number of checks at the same time, and of accounts that one check reads at the same time, to avoid throttling. */
export const atOnce = 8;

export const tableReads = ['dynamodb:Query'];

export async function guard(
  place: Pick<Row, 'check' | 'resource'>,
  permissions: readonly string[],
  { signal }: Pick<Monitor, 'signal'>,
  read: () => Promise<Row[]> | Row[],
): Promise<Row[]> {
  try {
    return await read();
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof LacksError) return [failedRow(place, error.permissions, error.cause)];
    // A read of the table throws CommandError; its cause is the error of the SDK, with the error name of AWS.
    return [failedRow(place, permissions, error instanceof CommandError && error.cause ? error.cause : error)];
  }
}

export async function checkEach(
  monitor: Monitor,
  check: Check,
  permissions: readonly string[],
  resources: readonly string[],
  nameOf: (resource: string) => string,
  read: (resource: string, index: number) => Promise<Row[]> | Row[],
): Promise<Row[]> {
  const rows = resources.map((resource, index) =>
    guard({ check, resource: nameOf(resource) }, permissions, monitor, () => read(resource, index)),
  );
  return (await Promise.all(rows)).flat();
}

export const sameName = (name: string) => name;

export function lacksPart(check: Check, part: string, { place }: Monitor): Row {
  return failureRow(
    { check, resource: null },
    {
      found: `the stack has no ${part}`,
      expected: `a stack of Portwatch has a ${part}`,
      remedy: 'check that --stack names the stack of Portwatch, and deploy again',
      command: cdkCommand(place, 'diff'),
    },
  );
}
