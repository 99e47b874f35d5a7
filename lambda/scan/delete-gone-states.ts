import { resourceKey } from '../history/resource-key.ts';
import { attempt, type Fleet, type Run } from './scan-run.ts';

/** Milliseconds for which the latest state of a gone instance is kept: longer than any scan runs, so that no scan loses it. */
const keepGoneStateMs = 24 * 60 * 60 * 1000;

export async function deleteGoneStates({ states }: Fleet, run: Run): Promise<void> {
  const now = run.clock();
  for (const { resource, status, failure, version, recorded, alerted, lastAt } of states.values()) {
    const isOver = status === 'gone' && failure === null && recorded === version && alerted === version;
    if (!isOver || lastAt === null || now - Date.parse(lastAt) < keepGoneStateMs) continue;
    await attempt(run, `delete the latest state of ${resourceKey(resource)}`, () =>
      run.store.deleteState(resource, version),
    );
  }
}
