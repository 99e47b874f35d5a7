/** P6 when all is over: each history is the sequence of what committed reads saw, and says the right thing of every instant. */
import { subjectKey } from '../../lambda/scan/head.ts';
import type { Chronicle } from './chronicle.ts';
import type { Model } from './model.ts';
import { probeFirewall } from './probe-oracle.ts';
import { stateAt } from './state-at.ts';
import { mustBe } from './violation.ts';

export async function judgeHistories(model: Model): Promise<void> {
  for (const chronicle of model.chronicles.values()) {
    const entries = await model.loadHistory(chronicle.subject);
    const { steps } = chronicle;
    const key = subjectKey(chronicle.subject);
    mustBe(entries.length === steps.length, 'P6', () => `${key} has ${entries.length} entries of ${steps.length}`);
    for (const [index, entry] of entries.entries()) {
      const committed = steps[index];
      const isSame = JSON.stringify(entry) === committed?.json || sortedJson(entry) === sortedJson(committed?.entry);
      mustBe(isSame, 'P6', () => `${key} version ${entry.version} was rewritten, or recorded otherwise than committed`);
    }
    if (!chronicle.isRegion) judgeInstants(chronicle, entries);
  }
}

/** Before each step, at it, and after it. */
function judgeInstants({ subject, steps }: Chronicle, entries: Parameters<typeof stateAt>[0]): void {
  for (const [index, step] of steps.entries()) {
    const before = steps[index - 1];
    judgeInstant(entries, new Date(Date.parse(step.entry.at) - 1).toISOString(), before ?? null, subject);
    judgeInstant(entries, step.entry.at, step, subject);
  }
  const last = steps.at(-1);
  if (last) judgeInstant(entries, '9000-01-01T00:00:00.000Z', last, subject);
}

function judgeInstant(
  entries: Parameters<typeof stateAt>[0],
  at: string,
  truth: Chronicle['steps'][number] | null,
  subject: Chronicle['subject'],
): void {
  const { status, rules, instance } = stateAt(entries, at);
  const name = `at ${at}, ${subjectKey(subject)}`;
  const expected =
    truth === null ? 'unseen' : truth.entry.kind === 'gap' ? 'unknown' : truth.entry.kind === 'gone' ? 'gone' : 'known';
  mustBe(status === expected, 'P6', () => `${name} is ${status} by its history, and was ${expected}`);
  const exposure = rules === null ? null : probeFirewall(rules, instance?.ipAddressType ?? null);
  mustBe(
    exposure === (truth?.after?.exposure ?? null),
    'P6',
    () => `${name} exposed something else than its history says`,
  );
}

/** Tables don't keep the order of attributes. */
function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort())
      : part,
  );
}
