/**
 * Memory of the scan function in MiB. With one account, the function mostly waits for Lightsail, so more memory only costs more. With
 * several accounts, up to ten scans run at the same time, and the processor is the limit. Lambda gives more processor with more memory, so
 * the function ends sooner for about the same price (`npm run bench:pass`).
 */
export const scanMemoryMb = { oneAccount: 256, severalAccounts: 1024 };
