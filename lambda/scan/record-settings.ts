import { hashSettings } from '../contract/settings-hash.ts';
import { attempt, type Run } from './scan-run.ts';

/**
 * Appends the effective settings to the table if their hash differs from the hash in the lease item. Returns the new hash, for the lease
 * item; `null`: nothing was appended. Never throws: the next scan tries again. After a crash, the next scan can append the same settings
 * again, which is harmless.
 */
export async function recordSettings(run: Run): Promise<string | null> {
  const { grant, settings, startedAt, store } = run;
  const hash = hashSettings(settings);
  if (hash === grant.settingsHash) return null;
  const done = await attempt(run, 'record the settings', async () => {
    await store.recordSettings(settings, startedAt, hash);
    return hash;
  });
  return done ?? null;
}
