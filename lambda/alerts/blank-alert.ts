import type { Alert } from '../contract/json-event.ts';

type Required = 'alertId' | 'kind' | 'region' | 'changedBefore' | 'details';

/**
 * A field that is not in `fields` is empty, or left out if it is optional; `severity` is `info`. The fields are in the order of the JSON
 * event.
 */
export function blankAlert(fields: Pick<Alert, Required> & Partial<Alert>): Alert {
  const { alertId, kind, region, changedBefore } = fields;
  const blank: Omit<Alert, 'details'> = {
    alertId,
    kind,
    severity: 'info',
    reason: '',
    region,
    instance: null,
    changedAfter: null,
    changedBefore,
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
  };
  return { ...blank, ...fields };
}
