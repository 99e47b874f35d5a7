import { describe, expect, test } from '@jest/globals';
import { exposureOf, type PortState } from '../../../lambda/firewall/index.ts';
import { codes, full, open, read } from './read-rule.ts';

describe('state', () => {
  test.each(['open', undefined, null])('%j is open', (state) => {
    expect(read({ ...open('tcp', 22, 22), state }).notes).toEqual([]);
    expect(read({ ...open('tcp', 22, 22), state }).reach).toHaveLength(1);
  });

  test('closed lets nothing through, with a note', () => {
    expect(read({ ...open('tcp', 22, 22), state: 'closed' })).toEqual({
      reach: [],
      dormant: [],
      notes: [{ code: 'state-closed', text: 'Rule tcp 22: its state is "closed"; it lets nothing through.' }],
    });
  });

  test.each(['OPEN', 'Closed', 'filtered', '', 0, false, ['closed']])(
    'P7: %j is read as open, with a note',
    (state) => {
      const exposure = read({ ...open('tcp', 22, 22), state });
      expect(exposure.reach).toEqual([{ protocol: 'tcp', from: 22, to: 22, sources: ['0.0.0.0/0'] }]);
      expect(codes(exposure)).toEqual(['state-unknown']);
    },
  );
});

describe('a value that is not a rule', () => {
  test.each([null, 5, 'tcp', true, [], [[1]], undefined])(
    'P7: %j is read as a rule that is not understood',
    (value) => {
      const exposure = read(value);
      const text = value === undefined ? 'undefined' : JSON.stringify(value);
      expect(exposure.reach).toEqual([full(`unknown:${text}`, ['unspecified'])]);
      expect(codes(exposure)).toEqual(['not-a-rule']);
    },
  );

  test('P7: an empty object is an unknown protocol on every port from an unspecified source', () => {
    const exposure = read({});
    expect(exposure.reach).toEqual([full('unknown:', ['unspecified'])]);
    expect(codes(exposure)).toEqual(['unknown-protocol', 'unspecified-source']);
  });

  test.each([null, 'rules', 7, { 0: {} }])('P4: %j in place of the list is not an empty list', (rules) => {
    const exposure = exposureOf({ rules: rules as unknown as PortState[] });
    expect(exposure.reach).toHaveLength(1);
    expect(exposure.notes).not.toEqual([]);
  });

  test('an empty list is legal: everything is closed', () => {
    expect(exposureOf({ rules: [] })).toEqual({ reach: [], dormant: [], notes: [] });
  });
});
