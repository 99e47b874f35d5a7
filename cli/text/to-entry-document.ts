import type { LightEntry } from '../questions/fill-entries.ts';

/** One step of a history as `--json` says it: the words of the alerts' JSON event. `opened`, `closed`: `null` where they lie in the entry only. */
export function toEntryDocument(step: LightEntry) {
  const { resource, at, version, kind, severity, reason, verdict, opened, closed } = step;
  const { changedAfter, changedBefore, changedBy = null, expected } = step;
  const { region, instanceName } = resource;
  const what = { severity, reason, verdict, opened, closed };
  return { at, version, kind, region, instanceName, ...what, changedAfter, changedBefore, changedBy, expected };
}
