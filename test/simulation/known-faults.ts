/**
 * Seeds that show a known fault that is not repaired yet (docs/decisions.md, D113 and D131). Ranges of seeds leave them out. A test checks
 * that each of them still breaks its promise, so that this list only gets shorter.
 */
export const knownFaults: ReadonlyMap<number, string> = new Map([
  [854, 'P6'],
  [8819, 'P6'],
  [8869, 'P6'],
]);

/** The known faults of the runs with several accounts: none. */
export const knownFaultsOfSeveral: ReadonlyMap<number, string> = new Map();
