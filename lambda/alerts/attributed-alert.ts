import type { Alert } from '../contract/json-event.ts';
import type { RatingPolicy } from '../firewall/index.ts';
import type { Attribution } from '../history/attribution.ts';
import type { HistoryEntry } from '../history/entry.ts';
import { entryAlertId, hashAlertId } from './alert-id.ts';
import { mainAlertKind } from './alert-kinds.ts';
import { headlineOf } from './alert-view.ts';
import { blankAlert } from './blank-alert.ts';
import { type AlertContext, decideAlerts } from './decide-alerts.ts';

/**
 * Builds the follow-up to an alert that was sent before its attribution was found or complete. `reason` repeats the headline of the earlier
 * alert. `null`: the entry has no main alert.
 */
export function buildAttributedAlert(
  entry: HistoryEntry,
  attribution: Attribution,
  context: AlertContext,
  policy: RatingPolicy,
): Alert | null {
  const kind = mainAlertKind(entry);
  const alerted = decideAlerts(entry, null, context).find((alert) => alert.kind === kind);
  if (alerted === undefined) return null;
  const { region, instance, changedAfter, changedBefore, details } = alerted;
  return blankAlert({
    alertId: decideId(entry, attribution),
    kind: 'attributed',
    reason: headlineOf(alerted, policy),
    region,
    instance,
    changedAfter,
    changedBefore,
    changedBy: attribution,
    details,
    attributes: alerted.alertId,
  });
}

/**
 * If the entry already has an attribution, an earlier follow-up perhaps has the id that depends only on the entry. So the new id also
 * depends on the API calls.
 */
function decideId(entry: HistoryEntry, { calls }: Attribution): string {
  const id = entryAlertId(entry, 'attributed');
  return entry.changedBy ? hashAlertId(id, ...calls.map(({ eventId }) => eventId)) : id;
}
