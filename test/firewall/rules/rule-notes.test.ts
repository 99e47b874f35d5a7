import { expect, test } from '@jest/globals';
import { diffFirewalls, exposureOf, type PortState } from '../../../lambda/firewall/index.ts';
import { open, read } from './read-rule.ts';

test('a note names its rule, and cuts long texts', () => {
  const [note] = read({ ...open('tcp', 1, 2), cidrs: ['x'.repeat(1000)] }).notes;
  expect(note!.text).toBe(
    `Rule tcp 1 to 2: the source "${'x'.repeat(100)}…" is not a network; kept as it is and rated as open to the world.`,
  );
});

test('equal notes of several rules appear once, in an order that the rules do not change', () => {
  const rules = [open('b', 1, 1), open('a', 1, 1), open('b', 1, 1)] as PortState[];
  const { notes } = exposureOf({ rules });
  expect(notes.map(({ text }) => text.slice(0, 8))).toEqual(['Rule a 1', 'Rule b 1']);
  expect(exposureOf({ rules: rules.toReversed() }).notes).toEqual(notes);
});

test.each([
  [open('all', 22, 22), 'Rule all 22: protocol "all" with other ports than 0-65535; read as everything.'],
  [open('icmp', -1, 5), 'Rule icmp -1 to 5: every ICMP type (-1) with one code; read as all ICMP.'],
  [open('tcp', 5, 2), 'Rule tcp 5 to 2: its ports are missing, out of range or out of order; read as every port.'],
  [open('tcp'), 'Rule tcp none: its ports are missing, out of range or out of order; read as every port.'],
  [
    open('gre', 0, 0),
    'Rule gre 0: a protocol that is not known; kept as one of its own and rated as open to the world.',
  ],
  [open(7, 0, 0), 'Rule 7 0: a protocol that is not known; kept as one of its own and rated as open to the world.'],
  [
    { ...open('tcp', 1, 1), cidrs: ['::/0'] },
    'Rule tcp 1: the source "::/0" is in the list of the other address family; read by its own family.',
  ],
  [
    { ...open('tcp', 1, 1), cidrListAliases: ['office'] },
    'Rule tcp 1: the source "office" is an alias that is not known; kept as it is and rated as open to the world.',
  ],
  [{ ...open('tcp', 1, 1), state: 'shut' }, 'Rule tcp 1: its state is "shut"; read as open.'],
  [
    { ...open('tcp', 1, 1), action: 'deny' },
    'Rule tcp 1: not fully understood, it has a field "action" that is not known; compared by its text and rated as open to the world.',
  ],
  [[1], '[1] stands where a rule should be; kept as a rule of its own and rated as open to the world.'],
])('%j: %s', (rule, text) => {
  expect(read(rule).notes.map((note) => note.text)).toEqual([text]);
});

test('a note quotes at most a hundred characters of text from outside', () => {
  const noteOf = (alias: string) => {
    const rules = [{ protocol: 'tcp', fromPort: 22, toPort: 22, cidrListAliases: [alias] }];
    return diffFirewalls([], rules).notes[0]?.text;
  };
  expect(noteOf('x'.repeat(100))).toContain(`"${'x'.repeat(100)}"`);
  expect(noteOf('x'.repeat(101))).toContain(`"${'x'.repeat(100)}…"`);
});
