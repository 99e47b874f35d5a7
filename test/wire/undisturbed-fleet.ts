/** A watched account for the tests of a file, and the end state of a sequence of changes without a disturbance. */
import { afterAll, beforeAll } from '@jest/globals';
import { type Ending, fleetScanOptions, runUndisturbed } from './fleet-changes.ts';
import { WatchedAccount } from './watched-account.ts';

export let watched: WatchedAccount;
export let calm: Ending;

/** Called once by the test file, before its tests. */
export function watchUndisturbedFleet(): void {
  beforeAll(async () => {
    watched = await WatchedAccount.start(fleetScanOptions);
    calm = await runUndisturbed(watched);
  });

  afterAll(async () => {
    await watched?.close();
  });
}
