import type { Alert } from '../contract/json-event.ts';
import type { Attribution } from '../history/attribution.ts';
import type { HistoryEntry } from '../history/entry.ts';
import { hashAlertId, mainAlertKind } from './alert-id.ts';
import { type AlertContext, decideAlerts } from './decide-alerts.ts';
import { renderHeadline } from './headline.ts';

/**
 * The short follow-up to an alert that went out before it was known who did it. `reason` says what was told. `null`: the entry has no
 * alert to follow. Whether it is sent, `isTold` decides, as of the alert itself.
 */
export function buildAttributedAlert(
  entry: HistoryEntry,
  attribution: Attribution,
  context: AlertContext,
): Alert | null {
  const kind = mainAlertKind(entry);
  const told = decideAlerts(entry, null, context).find((alert) => alert.kind === kind);
  if (told === undefined) return null;
  const { replaces: _, attributionOff: __, ...rest } = told;
  return {
    ...rest,
    alertId: hashAlertId(entry, 'attributed'),
    kind: 'attributed',
    severity: 'info',
    reason: renderHeadline(told),
    verdict: null,
    opened: [],
    closed: [],
    rulesBefore: null,
    rulesAfter: null,
    dormant: [],
    notes: [],
    changedBy: attribution,
    restoreCommand: null,
    restoreNote: null,
    attributes: told.alertId,
  };
}
