import { expect, test } from '@jest/globals';
import { countChanges } from '../../lambda/scan/count-week.ts';

test('changes do not include expected changes, rewritten rules, gaps and first listings', () => {
  const step = { kind: 'changed', verdict: 'widened', severity: 'critical', expected: null } as const;
  expect(
    countChanges([
      step,
      { ...step, severity: 'info', expected: 'the pipeline' },
      { ...step, kind: 'appeared', verdict: null, severity: 'medium' },
      { ...step, kind: 'gone', verdict: null, severity: 'low' },
      { ...step, kind: 'flapped', verdict: null, severity: 'high' },
      { ...step, verdict: 'rewritten', severity: 'info' },
      { ...step, kind: 'gap' },
      { ...step, kind: 'gap-over' },
      { ...step, kind: 'baseline' },
    ]),
  ).toEqual({
    changes: { critical: 1, high: 1, medium: 1, low: 1, info: 0 },
    expectedChanges: 1,
    rewritten: 1,
  });
});
