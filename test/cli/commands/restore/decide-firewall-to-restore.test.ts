/** The firewall that `portwatch restore` restores, or the sentence why the history does not know it. */
import { expect, test } from '@jest/globals';
import { type Aim, decideAimAt, decideAimBefore } from '../../../../cli/commands/restore/decide-firewall-to-restore.ts';
import type { StateAt } from '../../../../cli/questions/state-at.ts';
import type { HistoryEntry } from '../../../../lambda/history/entry.ts';
import { at, webEntry } from '../../../scan/decide/samples.ts';
import { someFacts, sshFromOffice } from '../../../scan/samples.ts';

const time = (instant: string) => instant.slice(11, 16);
const snapshot = webEntry('09:00', { instance: someFacts, rules: [sshFromOffice] });
const known = {
  at: at('10:00'),
  status: 'known',
  gap: null,
  either: [],
  transients: [],
  snapshot,
} as unknown as StateAt;
const office = { rules: [sshFromOffice], arn: someFacts.arn, ipAddressType: 'dualstack' };
const unknown = (when: string, why: string) =>
  `The firewall ${when} is not known for certain: ${why}; expected another time with --to (npm run portwatch -- history lists the changes).`;

function outcomeOf(decide: () => Aim): unknown {
  try {
    return decide();
  } catch (error) {
    return (error as Error).message;
  }
}

test('a known firewall at a time is the aim', () => {
  expect(decideAimAt(known, time)).toEqual({ ...office, when: 'at 10:00' });
});

test.each<[string, object, string]>([
  ['about a change', { either: [{}] }, 'a change happened about that time, so it was one of two firewalls'],
  ['in a transient change', { transients: [{}] }, 'ports were opened and closed again about that time'],
  ['after the end', { status: 'gone' }, 'the instance was gone'],
  ['before the first read', { status: 'not-seen-yet' }, 'no scan had read it'],
  ['without a snapshot', { snapshot: null }, 'no scan had read it'],
  ['without rules', { snapshot: { ...snapshot, rules: null } }, 'no scan had read it'],
  [
    'without an ARN',
    { snapshot: { ...snapshot, instance: { ...someFacts, arn: null } } },
    'its record names no ARN, so it may be that of another instance of this name',
  ],
])('the firewall at a time %s is refused', (_, fields, why) => {
  expect(outcomeOf(() => decideAimAt({ ...known, ...fields } as StateAt, time))).toBe(unknown('at 10:00', why));
});

const kinds = 'and no change of a firewall; expected --to with a time, or the alert of a change.';
const before = 'before the change that was found at 10:05';

test.each<[string, Partial<HistoryEntry>, HistoryEntry | null, unknown]>([
  ['a change', {}, snapshot, { ...office, when: before }],
  ['a change after an entry that has expired', {}, null, unknown(before, 'the history of that time has expired')],
  [
    'a transient change',
    { kind: 'flapped' },
    snapshot,
    `The record of 10:05 is a transient change, which is undone already, ${kinds}`,
  ],
  ['a gap', { kind: 'gap' }, snapshot, `The record of 10:05 is of kind gap, ${kinds}`],
])('before %s', (_, fields, entryBefore, outcome) => {
  expect(outcomeOf(() => decideAimBefore(webEntry('10:05', fields), entryBefore, time))).toEqual(outcome);
});
