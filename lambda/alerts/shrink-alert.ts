/**
 * Decides which fields an alert loses if the alert is too large for a message. The order: rules, exposure, dormant rules and notes,
 * instances of a summary, API calls, restore command, long texts. A list of rules, exposure or notes is complete or `null`. Only instances
 * of a summary and API calls are cut, with a count. The entry under `details` has the complete lists.
 */
import type { Alert } from '../contract/json-event.ts';
import type { HistoryEntry } from '../history/entry.ts';

type Step = (alert: Alert) => Alert;

const steps: readonly Step[] = [
  (alert) => ({ ...alert, rulesBefore: null, rulesAfter: null }),
  (alert) => ({
    ...alert,
    opened: null,
    closed: null,
    ...(alert.replaces && { replaces: emptyReplaces(alert.replaces) }),
    ...(alert.approved && { approved: emptyApproved(alert.approved) }),
    ...(alert.approval && { approval: { ...alert.approval, exposure: null } }),
    ...(alert.stillOpen && { stillOpen: alert.stillOpen.map((one) => ({ ...one, reach: null })) }),
  }),
  (alert) => ({ ...alert, dormant: null, notes: null }),
  ...[10, 3, 0].map(
    (length): Step =>
      (alert) =>
        shortenSummary(alert, length),
  ),
  shortenCalls,
  removeCommand,
  (alert) => ({ ...alert, reason: alert.reason.slice(0, 500), restoreNote: alert.restoreNote?.slice(0, 500) ?? null }),
];

/** Applies steps until the alert is small enough, or until no step is left. */
export function shrinkAlert(alert: Alert, isSmallEnough: (alert: Alert) => boolean): Alert {
  let shrunken = alert;
  for (const step of steps) {
    if (isSmallEnough(shrunken)) return shrunken;
    shrunken = step(shrunken);
  }
  return shrunken;
}

/** Yields the complete alerts, then the alerts after each step. */
export function* shrinkTogether(alerts: readonly Alert[]): Generator<readonly Alert[]> {
  let shrunken = alerts;
  yield shrunken;
  for (const step of steps) {
    shrunken = shrunken.map(step);
    yield shrunken;
  }
}

function emptyReplaces({ arn, verdict }: NonNullable<Alert['replaces']>): NonNullable<Alert['replaces']> {
  return { arn, verdict, opened: null, closed: null };
}

function removeCommand(alert: Alert): Alert {
  const { restoreEffect: _, ...rest } = alert;
  return alert.restoreCommand === null
    ? alert
    : { ...rest, restoreCommand: null, restoreNote: 'the command is too long for a message' };
}

function emptyApproved({ opened, closed, isComplete }: NonNullable<Alert['approved']>): NonNullable<Alert['approved']> {
  const empty = (parts: typeof opened) => parts.map((part) => ({ ...part, reach: null }));
  return { opened: empty(opened), closed: empty(closed), isComplete };
}

const maxCalls = 3;

function shortenCalls(alert: Alert): Alert {
  const { changedBy } = alert;
  if (changedBy === null || changedBy.calls.length <= maxCalls) return alert;
  const callsLeftOut = (changedBy.callsLeftOut ?? 0) + changedBy.calls.length - maxCalls;
  return { ...alert, changedBy: { ...changedBy, calls: changedBy.calls.slice(0, maxCalls), callsLeftOut } };
}

/** The summary stays correct, because `more` counts the instances that are left out. */
export function shortenSummary<T extends Pick<Alert, 'summary'> | Pick<HistoryEntry, 'summary'>>(
  value: T,
  length: number,
): T {
  const { summary } = value;
  if (!summary || summary.worst.length <= length) return value;
  const more = summary.more + summary.worst.length - length;
  return { ...value, summary: { ...summary, worst: summary.worst.slice(0, length), more } };
}
