/** Decides if an attribution that was found after the alert of its change gets an alert of its own. Pure. */
import { buildAttributedAlert } from '../../alerts/attributed-alert.ts';
import { isSent } from '../../alerts/decide-alerts.ts';
import type { Alert } from '../../contract/json-event.ts';
import type { ScanSettings } from '../../contract/settings-schema.ts';
import { ratingPolicy } from '../../firewall/index.ts';
import type { Attribution } from '../../history/attribution.ts';
import type { HistoryEntry } from '../../history/entry.ts';
import type { LatestState } from '../../history/latest-state.ts';

interface Attributed {
  latest: LatestState;
  entry: HistoryEntry;
  attribution: Attribution;
}

/** `null`: the alert of the change is not sent yet, or no alert is wanted, or the attribution is not new to people. */
export function decideAttributionAlert(
  { latest, entry, attribution }: Attributed,
  { settings, tableName }: { settings: ScanSettings; tableName: string },
): Alert | null {
  if (!settings.attributedAlerts || latest.alerted < entry.version || !isNews(attribution, entry)) return null;
  const alert = buildAttributedAlert(entry, attribution, { tableName }, ratingPolicy(settings.highRiskPorts));
  return alert !== null && isSent(alert, settings.alertFrom, entry) ? alert : null;
}

/** True if the attribution names another actor, or removes a doubt that an alert expressed. */
function isNews({ calls, fit }: Attribution, { changedBy: known }: HistoryEntry): boolean {
  if (!known) return true;
  const hasNewActor = calls.some(({ by }) => !known.calls.some((call) => call.by === by));
  return hasNewActor || (known.fit === 'not-explained' && fit === 'explained');
}
