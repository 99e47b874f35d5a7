/**
 * Memory of the scan function in MiB. One account mostly waits for Lightsail: more memory costs more, and only makes scans of many hundred
 * instances faster. With several accounts, ten scans run side by side, each with the states and connections of its account; the processor,
 * which comes with the memory, limits them, so more memory costs about the same (`npm run bench:pass` measures both).
 */
export const scanMemoryMb = { oneAccount: 256, severalAccounts: 1024 };
