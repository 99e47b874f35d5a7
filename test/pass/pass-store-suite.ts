/** The tests that every PassStore passes: the one in memory, and the adapter on DynamoDB. */
import { expect, test } from '@jest/globals';
import type { Pass, PassStore } from '../../lambda/pass/interfaces.ts';

const startedAt = '2026-11-23T10:00:00.000Z';
const endedAt = '2026-11-23T10:01:00.000Z';

/** `newStores`: stores without a pass. `loadPass` and `savePass` are those of the registry. */
export function describePassStore(
  newStores: () => { passes: PassStore; savePass: (pass: Pass) => Promise<void>; loadPass: () => Promise<Pass | null> },
): void {
  test('a pass ends once, and no run ends a newer one', async () => {
    const { passes, savePass, loadPass } = newStores();
    expect(await passes.endPass(startedAt, endedAt, true)).toBe(false);
    await savePass({ startedAt, accounts: 3, endedAt: null, complete: false });
    expect(await passes.endPass('2026-11-23T09:55:00.000Z', endedAt, true)).toBe(false);
    expect(await passes.endPass(startedAt, endedAt, true)).toBe(true);
    expect(await passes.endPass(startedAt, '2026-11-23T10:02:00.000Z', false)).toBe(false);
    expect(await loadPass()).toEqual({ startedAt, accounts: 3, endedAt, complete: true });
  });

  test('one run of the collector has the lease, until it returns it or the lease expires', async () => {
    const { passes } = newStores();
    const now = Date.parse(startedAt);
    const none = { criticalAt: null, allAt: null };
    expect(await passes.takeCollectorLease({ holder: 'a', now, until: now + 60_000 })).toEqual(none);
    expect(await passes.takeCollectorLease({ holder: 'b', now: now + 1, until: now + 60_000 })).toBeNull();
    expect(await passes.takeCollectorLease({ holder: 'a', now: now + 2, until: now + 60_000 })).toEqual(none);
    await passes.releaseCollectorLease({ holder: 'b', criticalAt: endedAt, allAt: endedAt });
    expect(await passes.takeCollectorLease({ holder: 'b', now: now + 3, until: now + 60_000 })).toBeNull();
    await passes.releaseCollectorLease({ holder: 'a', criticalAt: startedAt, allAt: null });
    const granted = await passes.takeCollectorLease({ holder: 'b', now: now + 4, until: now + 1_000 });
    expect(granted).toEqual({ criticalAt: startedAt, allAt: null });
    expect(await passes.takeCollectorLease({ holder: 'c', now: now + 2_000, until: now + 3_000 })).toEqual(granted);
  });

  test('an account without a scan has no newest scan', async () => {
    expect(await newStores().passes.loadLastScans(['999999999999'])).toEqual(new Map());
  });
}
