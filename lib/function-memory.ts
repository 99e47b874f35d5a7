/**
 * Memory of the scan function in MiB. With one account, the function mostly waits for Lightsail: more memory costs more, and makes only
 * scans of many hundred instances faster. With several accounts, ten scans run at the same time, each with the states and connections of
 * its account. CPU grows with memory and is the limit there, so more memory costs about the same (`npm run bench:pass` measures both).
 */
export const scanMemoryMb = { oneAccount: 256, severalAccounts: 1024 };
