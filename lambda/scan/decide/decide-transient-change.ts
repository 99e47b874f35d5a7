/** Decides what a flap means for the latest state of its instance and for its history. Pure. */

import { findExpected } from '../../firewall/index.ts';
import { blankEntry } from '../../history/blank-entry.ts';
import type { HistoryEntry } from '../../history/entry.ts';
import type { TransientChangeOnInstance } from '../judge-calls.ts';
import type { LatestState } from '../latest-state.ts';
import { type Moment, nextInstant } from '../moment.ts';
import type { Decision } from './decision.ts';

/** An entry of its own; the firewall in force stays what it is. `latest`: known, and without a failure. */
export function decideTransientChange(
  latest: LatestState,
  transient: TransientChangeOnInstance,
  moment: Moment,
): Decision {
  const { pending: _, recorded: __, alerted: ___, ...known } = latest;
  const entry = buildTransientEntry(latest, transient, moment);
  return {
    kind: 'commit',
    expected: latest.version,
    commit: { ...known, version: entry.version, lastAt: entry.at, pending: entry },
  };
}

function buildTransientEntry(latest: LatestState, transient: TransientChangeOnInstance, moment: Moment): HistoryEntry {
  const expected = findExpectedTransient(latest, transient, moment);
  const { fit, from, until, opened, closed, notes, calls } = transient;
  return blankEntry({
    resource: latest.resource,
    at: nextInstant(moment.now, latest.lastAt),
    version: latest.version + 1,
    kind: 'flapped',
    instance: transient.instance,
    previousRulesAt: latest.rulesAt,
    opened,
    closed,
    notes,
    severity: expected ? 'info' : transient.severity,
    reason: expected ? `expected: ${expected.reason}` : transient.reason,
    changedAfter: from,
    changedBefore: until,
    changedBy: { calls, fit, foundBy: 'lookup', foundAt: new Date(moment.now).toISOString() },
    expected: expected?.reason ?? null,
    commitId: moment.newId(),
  });
}

/** What can't be told is not known to be expected. */
function findExpectedTransient(
  { resource }: LatestState,
  transient: TransientChangeOnInstance,
  { settings, now }: Moment,
): { reason: string } | null {
  if (transient.fit !== 'explained') return null;
  const where = { instanceName: resource.instanceName ?? '', region: resource.region };
  return findExpected(transient, where, settings.expected, new Date(now).toISOString());
}
