import { type AccountNames, accountFields } from '../questions/account-names.ts';
import type { LightEntry } from '../questions/fill-entries.ts';

/** One entry as `--json` prints it, with the field names of the JSON event. `opened`, `closed`: `null` if only the full entry has them. */
export function toEntryDocument(step: LightEntry, names: AccountNames) {
  const { resource, at, version, kind, severity, reason, verdict, opened, closed } = step;
  const { changedAfter, changedBefore, changedBy = null, expected } = step;
  const { region, instanceName } = resource;
  const what = { severity, reason, verdict, opened, closed };
  return {
    at,
    version,
    kind,
    ...accountFields(names, resource.account),
    region,
    instanceName,
    ...what,
    changedAfter,
    changedBefore,
    changedBy,
    expected,
  };
}
