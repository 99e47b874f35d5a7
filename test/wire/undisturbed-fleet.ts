/** A watched account for the tests of the file that imports this one, and the ending of an undisturbed sequence of changes. */
import { afterAll, beforeAll } from '@jest/globals';
import { type Ending, fleetScanOptions, runUndisturbed } from './fleet-changes.ts';
import { WatchedAccount } from './watched-account.ts';

export let watched: WatchedAccount;
export let calm: Ending;

/** To be called once by the test file, before its tests. */
export function watchUndisturbedFleet(): void {
  beforeAll(async () => {
    watched = await WatchedAccount.start(fleetScanOptions);
    calm = await runUndisturbed(watched);
  });

  afterAll(async () => {
    await watched?.close();
  });
}
