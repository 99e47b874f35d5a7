import { renderGuardedCommand, restoreCommand } from '../../../lambda/alerts/restore-command.ts';
import { lightsailBehaviour } from '../../../lambda/contract/lightsail-behaviour.ts';
import { type RatingPolicy, rankOpen } from '../../../lambda/firewall/index.ts';
import { unknownField } from '../../../lambda/firewall/rules/rule-notes.ts';
import { rulesBeforeAt } from '../../../lambda/history/complete-entry.ts';
import type { HistoryEntry } from '../../../lambda/history/entry.ts';
import type { HistorySlice } from '../../questions/history-slice.ts';
import { rankChange } from '../../text/list-reach.ts';
import { renderChangeHeadline } from './change-headline.ts';
import type { ChangeData } from './report-data.ts';
import type { SharedValues } from './shared-values.ts';

/** Returns the changes from `from` to `until`, oldest first. Both are milliseconds since the epoch, and both are included. */
export function buildChanges(
  { entries }: HistorySlice,
  from: number,
  until: number,
  policy: RatingPolicy,
  shared: SharedValues,
): ChangeData[] {
  const byInstant = new Map(entries.map((entry) => [entry.at, entry]));
  return entries
    .filter(({ at }) => Date.parse(at) >= from && Date.parse(at) <= until)
    .map((entry) => toChange(entry, byInstant.get(rulesBeforeAt(entry) ?? ''), policy, shared));
}

function toChange(
  entry: HistoryEntry,
  before: HistoryEntry | undefined,
  policy: RatingPolicy,
  shared: SharedValues,
): ChangeData {
  const { failure, expected, notes } = entry;
  const ranking = rankEntry(entry, policy);
  const text = (words: string) => shared.text(words);
  const opened = entry.opened.length === 0 ? null : shared.list(entry.opened, ranking.opened);
  const closed = entry.closed.length === 0 ? null : shared.list(entry.closed, ranking.closed);
  const listOf = (number: number | null) => (number === null ? null : (shared.lists.values[number] ?? null));
  return {
    at: Date.parse(entry.at),
    kind: entry.kind,
    severity: entry.severity,
    headline: text(renderChangeHeadline(entry, policy, listOf(opened), listOf(closed))),
    reason: text(entry.reason),
    opened,
    closed,
    ...(entry.differenceLeftOut && { isLeftOut: true as const }),
    ...(notes.some(({ code }) => code.startsWith(unknownField)) && { isOdd: true as const }),
    after: entry.changedAfter === null ? null : Date.parse(entry.changedAfter),
    ...(entry.changedBefore !== entry.at && { before: Date.parse(entry.changedBefore) }),
    by: shared.attribution(entry.changedBy),
    ...(entry.kind === 'changed' && toRestore(entry, before, text)),
    ...(expected !== null && { expected: text(expected) }),
    ...(failure !== null && {
      failure: { reason: failure.reason, message: text(failure.message), since: Date.parse(failure.since) },
    }),
    ...(notes.length > 0 && { notes: notes.map((note) => text(note.text)) }),
  };
}

/** An entry of the kind `baseline` or `appeared` lists in `opened` everything that is open, so this list is ranked as open exposure. */
function rankEntry(entry: HistoryEntry, policy: RatingPolicy) {
  const { kind, opened, notes } = entry;
  const ranking = rankChange(entry, policy);
  const isWhole = kind === 'baseline' || kind === 'appeared';
  return isWhole ? { ...ranking, opened: rankOpen({ reach: opened, notes }, policy) } : ranking;
}

function toRestore(
  { resource, rules, instance, opened, closed }: HistoryEntry,
  before: HistoryEntry | undefined,
  text: (words: string) => number,
): Pick<ChangeData, 'restore' | 'restoreEffect' | 'restoreNote'> {
  const { account, region, instanceName } = resource;
  const request = {
    account,
    region,
    instanceName: instanceName ?? '',
    rulesBefore: before?.rules ?? null,
    rulesAfter: rules,
    ipAddressType: instance?.ipAddressType ?? null,
    change: { opened, closed },
  };
  const restore = restoreCommand(request, lightsailBehaviour);
  if (restore.command === null) return { restoreNote: text(restore.note) };
  return { restore: text(renderGuardedCommand(account, restore.command)), restoreEffect: text(restore.effect) };
}
