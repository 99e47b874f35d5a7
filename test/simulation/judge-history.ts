/** P6 when all is over: each history is the sequence of what committed reads saw, and says the right thing of every instant. */

import type { HistoryEntry } from '../../lambda/history/entry.ts';
import { subjectKey } from '../../lambda/scan/head.ts';
import type { Chronicle, Step } from './chronicle.ts';
import { isSameEntry } from './is-same-entry.ts';
import type { Model } from './model.ts';
import { probeFirewall } from './probe-oracle.ts';
import { stateAt } from './state-at.ts';
import { mustBe } from './violation.ts';

export async function judgeHistories(model: Model): Promise<void> {
  for (const chronicle of model.chronicles.values()) {
    const entries = await model.loadHistory(chronicle.subject);
    const steps = chronicle.steps.filter(({ isExpired }) => !isExpired);
    const key = subjectKey(chronicle.subject);
    mustBe(entries.length === steps.length, 'P6', () => `${key} has ${entries.length} entries of ${steps.length}`);
    for (const [index, entry] of entries.entries()) {
      const committed = steps[index];
      const isSame = committed !== undefined && isSameEntry(entry, committed.entry, committed.json);
      mustBe(isSame, 'P6', () => `${key} version ${entry.version} was rewritten, or recorded otherwise than committed`);
    }
    if (!chronicle.isRegion) judgeInstants(chronicle, entries);
  }
}

/** Just before each step, at it, and long after the last one. */
function judgeInstants(chronicle: Chronicle, entries: readonly HistoryEntry[]): void {
  for (const [index, step] of chronicle.steps.entries()) {
    const before = chronicle.steps[index - 1] ?? null;
    judgeInstant(chronicle, entries, new Date(Date.parse(step.entry.at) - 1).toISOString(), before);
    judgeInstant(chronicle, entries, step.entry.at, step);
  }
  judgeInstant(chronicle, entries, '9000-01-01T00:00:00.000Z', chronicle.steps.at(-1) ?? null);
}

const statuses = { gap: 'unknown', gone: 'gone' } as const;

function judgeInstant(
  { steps, subject }: Chronicle,
  entries: readonly HistoryEntry[],
  at: string,
  truth: Step | null,
): void {
  // Of a span whose snapshot expired, the history says nothing any more.
  if (truth?.isExpired) return;
  const { status, rules, instance } = stateAt(entries, at);
  const name = `at ${at}, ${subjectKey(subject)}`;
  const kind = truth?.entry.kind;
  const expected = truth === null ? 'unseen' : kind === 'gap' || kind === 'gone' ? statuses[kind] : 'known';
  mustBe(status === expected, 'P6', () => `${name} is ${status} by its history, and was ${expected}`);
  const holder = truth?.entry.rules ? truth : steps.find(({ entry }) => entry.at === truth?.entry.previousRulesAt);
  if (holder?.isExpired) return;
  const exposure = rules === null ? null : probeFirewall(rules, instance?.ipAddressType ?? null);
  const isSame = exposure === (truth?.after?.exposure ?? null);
  mustBe(isSame, 'P6', () => `${name} exposed something else than its history says`);
}
