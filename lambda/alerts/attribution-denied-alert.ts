/** The alert that says that nobody may look up who did it. */
import { createHash } from 'node:crypto';
import type { Alert } from '../contract/json-event.ts';
import { callStateKey } from '../contract/table-keys.ts';
import { nothingSaid } from './blank-alert.ts';
import type { DigestContext } from './digest.ts';
import { renderPlain } from './escape.ts';

export interface DeniedLookup {
  region: string;
  /** Up to when calls could be looked up; `null`: never. The same refusal, told again, has the same id. */
  doneUntil: string | null;
  /** Instant at which it was found out. */
  at: string;
}

export function buildAttributionDeniedAlert({ region, doneUntil, at }: DeniedLookup, context: DigestContext): Alert {
  const kind = 'attribution-denied';
  return {
    alertId: createHash('sha256')
      .update(JSON.stringify([region, doneUntil, kind]))
      .digest('hex')
      .slice(0, 32),
    kind,
    severity: 'info',
    reason: 'CloudTrail refuses cloudtrail:LookupEvents to the scan function (access denied)',
    region,
    instance: null,
    changedAfter: doneUntil,
    changedBefore: at,
    ...nothingSaid(),
    details: { table: context.tableName, ...callStateKey(context.account) },
  };
}

/** Lines of a mail, below its heading. */
export function renderAttributionDeniedLines({ reason }: Alert): string[] {
  return [
    `  ${renderPlain(reason, 300)}.`,
    '  So it is not looked up who made a change there, nor what was open between two scans. All else works as before.',
    '  You are told this once. Mend the permission, or set attribution to false.',
  ];
}
