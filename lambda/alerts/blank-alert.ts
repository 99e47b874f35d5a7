import type { Alert } from '../contract/json-event.ts';

/** What an alert says of a firewall as long as it says nothing of one. */
export function nothingSaid() {
  return {
    verdict: null,
    opened: [],
    closed: [],
    rulesBefore: null,
    rulesAfter: null,
    dormant: [],
    notes: [],
    changedBy: null,
    restoreCommand: null,
    restoreNote: null,
  } satisfies Partial<Alert>;
}
