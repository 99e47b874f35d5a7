/** Decides if an attribution that was found after the alert of its change gets an alert of its own. Pure. */
import { buildAttributedAlert } from '../../alerts/attributed-alert.ts';
import { isSent } from '../../alerts/decide-alerts.ts';
import type { Alert } from '../../contract/json-event.ts';
import type { ScanSettings } from '../../contract/settings-schema.ts';
import { ratingPolicy } from '../../firewall/index.ts';
import type { Attribution } from '../../history/attribution.ts';
import type { HistoryEntry } from '../../history/entry.ts';
import type { FoundAttribution } from './decide-attribution.ts';

/**
 * `null`: the change is not alerted yet, or needs no alert; or the settings exclude alerts about attributions or of this severity; or the
 * attribution adds nothing.
 */
export function decideAttributionAlert(
  { latest, entry, attribution }: FoundAttribution,
  { settings, tableName }: { settings: ScanSettings; tableName: string },
): Alert | null {
  if (!settings.attributedAlerts || latest.alerted < entry.version || !isNews(attribution, entry)) return null;
  const alert = buildAttributedAlert(entry, attribution, { tableName }, ratingPolicy(settings.highRiskPorts));
  return alert !== null && isSent(alert, settings.alertFrom, entry) ? alert : null;
}

/**
 * True if the change had no attribution, if the attribution names a new actor, or if the calls now explain a change that was
 * `not-explained`.
 */
function isNews({ calls, fit }: Attribution, { changedBy: known }: HistoryEntry): boolean {
  if (!known) return true;
  const hasNewActor = calls.some(({ by }) => !known.calls.some((call) => call.by === by));
  return hasNewActor || (known.fit === 'not-explained' && fit === 'explained');
}
