/** Seeds 1 to this one run with every `npm test`. */
export const standardSeeds = 10_000;
