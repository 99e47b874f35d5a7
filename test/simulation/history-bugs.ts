/** Bugs in the answers from a history: wrong answers from correct entries. */
import type { DeliberateBug } from './deliberate-bugs.ts';

export const historyBugs: readonly DeliberateBug[] = [
  bug(
    'never says that it may have changed already',
    'decide-entry-in-force.ts',
    'listOtherStates(timeline, at),',
    '[],',
  ),
  bug(
    'hedges about everything',
    'decide-entry-in-force.ts',
    'if (change === undefined || at <= change.after) break;',
    'if (change === undefined) break;',
    11,
  ),
  bug(
    'lets a window begin where the change before it was found',
    'timeline.ts',
    'after: confirmedUntil(',
    'after: entries[entries.indexOf(entry) - 1]?.at ?? confirmedUntil(',
    11,
  ),
  bug(
    'takes what was last known for what is, in a gap',
    'decide-entry-in-force.ts',
    "if (entry.kind === 'gap') return gapOf('instance', entry, next);",
    "if (entry.kind === 'gap') return null;",
    9,
  ),
  bug(
    'forgets that the region could not be listed',
    'decide-entry-in-force.ts',
    "if (regionEntry?.kind !== 'gap' ||",
    "if (regionEntry?.kind !== 'gap' || regionEntry.version > 0 ||",
    519,
  ),
  bug(
    'leaves an instance unknown that was read before its region was found well',
    'decide-entry-in-force.ts',
    ' || regionEntry.at <= entry.at) return null;',
    ') return null;',
  ),
  bug('lets an entry begin a millisecond late', 'timeline.ts', 'instantOf(element) <= at)', 'instantOf(element) < at)'),
  bug(
    'goes on with what was before a snapshot that has expired',
    'decide-entry-in-force.ts',
    'if (!isHole && !isWithoutRules && !isLost(entries, count, entry)) return null;',
    'if (!isWithoutRules) return null;',
    60,
  ),
  bug(
    'takes a scan that could not read for a confirmation',
    'find-confirmation.ts',
    ' && !notRead.includes(resourceKey(resource))',
    ' && notRead.length >= 0 && resourceKey(resource) !== ""',
  ),
  bug('knows of a failure only when it is alerted', 'timeline.ts', 'unread: listUnreadSpans(slice),', 'unread: [],'),
  bug(
    'takes an instance that was not read for closed',
    'certainty-of-open-ports.ts',
    "const isUnread = reading.status === 'unknown' || exposure === null;",
    'const isUnread = exposure === null;',
    39,
  ),
  bug(
    'forgets in the status what only the note of the scan says',
    'fleet-status.ts',
    ' ?? gapOfScan(latest, scans.at(-1) ?? null),',
    ',',
    83,
  ),
  bug(
    'takes a scan that saw the next state for a confirmation',
    'confirmations.ts',
    "(until === '' || scan.endedAt < until) &&",
    "scan.endedAt !== '' &&",
    5,
  ),
  bug(
    'cuts spans where an entry begins, and not where a window does',
    'exposure-spans.ts',
    "if (after !== '') cuts.add(justAfter(after));",
    "if (after === '?') cuts.add(justAfter(after));",
  ),
];

function bug(name: string, file: string, find: string, replace: string, fromSeed = 1): DeliberateBug {
  return {
    name,
    fromSeed,
    promise: 'P4, P6',
    patches: [
      { file: file === 'find-confirmation.ts' ? `lambda/history/${file}` : `cli/questions/${file}`, find, replace },
    ],
  };
}
