/**
 * Seeds that show a known fault that is not repaired yet: none. Ranges of seeds leave them out. A test checks that each of them still
 * breaks its promise, so that this list only gets shorter.
 */
export const knownFaults: ReadonlyMap<number, string> = new Map();

/** The known faults of the runs with several accounts: none. */
export const knownFaultsOfSeveral: ReadonlyMap<number, string> = new Map();
