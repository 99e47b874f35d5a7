/** The alert that proves that a channel works. It looks like any other alert, and its text explains that nothing happened. */

import { hashAlertId } from '../../../lambda/alerts/alert-id.ts';
import { blankAlert } from '../../../lambda/alerts/blank-alert.ts';
import type { Alert } from '../../../lambda/contract/json-event.ts';

export interface TestAlertContext {
  account: string;
  /** The region of the topic. */
  region: string;
  at: string;
  topic: 'alerts' | 'health';
}

export function buildTestAlert({ account, region, at, topic }: TestAlertContext): Alert {
  const what = topic === 'alerts' ? 'alerts' : 'health messages';
  return blankAlert({
    alertId: hashAlertId(account, at, 'test', topic),
    kind: 'test',
    reason: `TEST, nothing happened: ${what} arrive like this`,
    region,
    changedBefore: at,
    details: { table: '', pk: '', sk: '' },
  });
}
