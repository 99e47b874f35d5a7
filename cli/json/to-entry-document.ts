import { type AccountNames, resourceFields } from '../questions/account-names.ts';
import type { LightEntry } from '../questions/choose-full-entries.ts';

/**
 * One entry as `--json` prints it, with the field names of the JSON event. `opened` or `closed` is `null` if the index `timeline` lacks the
 * list: then only the entry in the table has it.
 */
export function toEntryDocument(step: LightEntry, names: AccountNames) {
  const { resource, at, version, kind, severity, reason, verdict, opened, closed } = step;
  const { changedAfter, changedBefore, changedBy = null, expected } = step;
  return {
    at,
    version,
    kind,
    ...resourceFields(resource, names),
    severity,
    reason,
    verdict,
    opened,
    closed,
    changedAfter,
    changedBefore,
    changedBy,
    expected,
  };
}
