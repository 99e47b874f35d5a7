import { hash } from 'node:crypto';
import { effectiveSettings, type ScanSettings } from './settings-schema.ts';

/** SHA-256, hex, of the settings in effect: equal hashes mean that the settings did not change. */
export function hashSettings(settings: ScanSettings): string {
  const sorted = Object.entries(effectiveSettings(settings)).sort(([a], [b]) => (a < b ? -1 : 1));
  return hash('sha256', JSON.stringify(sorted).toWellFormed());
}
