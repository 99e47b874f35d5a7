import type { Alert } from '../contract/json-event.ts';
import { callStateKey } from '../contract/table-keys.ts';
import { hashAlertId } from './alert-id.ts';
import { blankAlert } from './blank-alert.ts';
import type { DigestContext } from './build-digest.ts';

interface DeniedLookup {
  region: string;
  /**
   * The instant up to which API calls were looked up; `null`: never. The alert id depends on this instant. So a new denial after a
   * successful lookup has another alert id.
   */
  doneUntil: string | null;
  at: string;
}

export function buildAttributionDeniedAlert({ region, doneUntil, at }: DeniedLookup, context: DigestContext): Alert {
  return blankAlert({
    alertId: hashAlertId(context.account, region, doneUntil, 'attribution-denied'),
    kind: 'attribution-denied',
    reason: 'CloudTrail refuses cloudtrail:LookupEvents to the scan function (access denied)',
    region,
    changedAfter: doneUntil,
    changedBefore: at,
    details: { table: context.tableName, ...callStateKey(context.account) },
  });
}
