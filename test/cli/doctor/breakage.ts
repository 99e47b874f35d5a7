import { expect } from '@jest/globals';
import type { Row } from '../../../cli/commands/doctor/row.ts';
import { depth } from '../../support/depth.ts';

/** One way in which a deployment is broken or unusual, and the rows of `doctor` that show it. */
export interface Breakage {
  broken: () => unknown;
  /** Options of the command. */
  args?: string[];
  rows: Partial<Row>[];
  /** `heal` does not change items of the table. */
  mend?: () => Promise<unknown>;
}

/**
 * At full depth each breakage alone, in `npm test` all of them at the same time. So each must touch another part of the deployment. `title`:
 * of the run with all of them.
 */
export const listRuns = (title: string, breakages: Readonly<Record<string, Breakage>>): [string, Breakage[]][] =>
  depth<[string, Breakage[]][]>({
    quick: [[title, Object.values(breakages)]],
    full: Object.entries(breakages).map(([name, breakage]) => [name, [breakage]]),
  });

/** Breaks the deployment, and expects the rows of each breakage and no other rows. Returns the exit code; `null`: ended by a signal. */
export async function expectRows(
  breakages: readonly Breakage[],
  ask: (...args: string[]) => Promise<{ code: number | null; bad: Row[] }>,
): Promise<number | null> {
  for (const { broken } of breakages) await broken();
  const { code, bad } = await ask(...breakages.flatMap(({ args = [] }) => args));
  for (const { mend } of breakages) await mend?.();
  const rows = breakages.flatMap((each) => each.rows);
  expect(bad).toEqual(expect.arrayContaining(rows.map((row) => expect.objectContaining(row))));
  expect(bad).toHaveLength(rows.length);
  return code;
}
