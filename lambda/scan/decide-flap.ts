/** Decides what a flap means for the head of its instance and for its history. Pure. */
import { algoVersion, findExpected } from '../firewall/index.ts';
import type { HistoryEntry } from '../history/entry.ts';
import type { Decision } from './decision.ts';
import type { Head } from './head.ts';
import type { FlapOnInstance } from './judge-calls.ts';
import { type Moment, nextInstant } from './moment.ts';

/** An entry of its own; the firewall in force stays what it is. `head`: known, and without a failure. */
export function decideFlap(head: Head, flap: FlapOnInstance, moment: Moment): Decision {
  const { pending: _, recorded: __, told: ___, ...known } = head;
  const entry = buildFlapEntry(head, flap, moment);
  return {
    kind: 'commit',
    expected: head.version,
    commit: { ...known, version: entry.version, lastAt: entry.at, pending: entry },
  };
}

function buildFlapEntry(head: Head, flap: FlapOnInstance, moment: Moment): HistoryEntry {
  const expected = findExpectedFlap(head, flap, moment);
  const { fit, from, until, opened, closed, notes, calls } = flap;
  return {
    subject: head.subject,
    at: nextInstant(moment.now, head.lastAt),
    version: head.version + 1,
    kind: 'flapped',
    instance: flap.instance,
    rules: null,
    previousRulesAt: head.rulesAt,
    verdict: null,
    opened,
    closed,
    dormant: [],
    notes,
    severity: expected ? 'info' : flap.severity,
    reason: expected ? `expected: ${expected.reason}` : flap.reason,
    changedAfter: from,
    changedBefore: until,
    changedBy: { calls, fit, foundBy: 'lookup', foundAt: new Date(moment.now).toISOString() },
    expected: expected?.reason ?? null,
    failure: null,
    replaces: null,
    summary: null,
    rulesHash: null,
    exposureHash: null,
    algoVersion,
    commitId: moment.newId(),
  };
}

/** What can't be told is not known to be expected. */
function findExpectedFlap(
  { subject }: Head,
  flap: FlapOnInstance,
  { settings, now }: Moment,
): { reason: string } | null {
  if (flap.fit !== 'explained') return null;
  const where = { instanceName: subject.instanceName ?? '', region: subject.region };
  return findExpected(flap, where, settings.expected, new Date(now).toISOString());
}
