import { mainAlertKind } from '../../../lambda/alerts/alert-kinds.ts';
import { headlineOf } from '../../../lambda/alerts/alert-view.ts';
import { decideAlerts } from '../../../lambda/alerts/decide-alerts.ts';
import type { AlertKind } from '../../../lambda/contract/json-event.ts';
import type { RatingPolicy } from '../../../lambda/firewall/index.ts';
import type { HistoryEntry } from '../../../lambda/history/entry.ts';
import type { ReachListData } from './report-data.ts';

/**
 * Returns the headline that an alert about the entry has; also for an entry without an alert. The text can contain text from AWS and is not
 * escaped. `opened`, `closed`: the lists of the entry; `null`: nothing opened, or nothing closed.
 */
export function renderChangeHeadline(
  entry: HistoryEntry,
  policy: RatingPolicy,
  opened: ReachListData | null,
  closed: ReachListData | null,
): string {
  // `undefined` for a kind that this version does not know.
  const kind: AlertKind | null | undefined = mainAlertKind(entry);
  const alerts = kind ? decideAlerts(entry, null, { tableName: '' }) : [];
  const alert = alerts.find((each) => each.kind === kind);
  if (alert !== undefined)
    return `${headlineOf(alert, policy)}${namesPort(entry) ? countOthers(opened ?? closed) : ''}`;
  const [first] = opened?.phrases ?? [];
  switch (entry.kind) {
    case 'baseline':
      return first === undefined
        ? 'first seen, nothing open'
        : `first seen, ${first[0]} open to ${first[1]}${countOthers(opened)}`;
    case 'changed':
      return 'rules rewritten, nothing opened or closed';
    default:
      return `${entry.kind}: ${entry.reason}`;
  }
}

/** True if the headline of the alert names one port of the change. */
function namesPort({ kind, differenceLeftOut }: HistoryEntry): boolean {
  return !differenceLeftOut && (kind === 'changed' || kind === 'appeared' || kind === 'flapped');
}

function countOthers(list: ReachListData | null): string {
  const others = list === null ? 0 : list.phrases.length - 1 + list.more;
  return others === 0 ? '' : `, and ${others} more`;
}
