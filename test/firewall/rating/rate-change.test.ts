import { expect, test } from '@jest/globals';
import { rule, world } from '../build-rule.ts';
import { rate } from './rate.ts';

test('a mixed change has the more severe of both ratings', () => {
  const web = rule('tcp', 80, 80, world);
  expect(rate([web], [rule('tcp', 22, 22, '10.0.0.1')]).severity).toBe('medium');
  expect(rate([web], [rule('tcp', 22, 22, world)]).severity).toBe('critical');
});

test('a change that opens and closes nothing is info', () => {
  const web = rule('tcp', 80, 80, world);
  expect(rate([web], [web, web])).toEqual({
    severity: 'info',
    reason: 'the rules were rewritten; the exposure is the same',
  });
});

test('the policy sets the high-risk list', () => {
  const policy = { highRiskPorts: [9999] };
  expect(rate([], [rule('tcp', 9999, 9999, world)], policy)).toEqual({
    severity: 'critical',
    reason: 'tcp 9999 is on the high-risk list and is now open to anywhere',
  });
  expect(rate([], [rule('tcp', 22, 22, world)], policy).severity).toBe('high');
  expect(rate([], [rule('tcp', 1, 9998, world), rule('tcp', 10000, 65535, world)], policy).severity).toBe('high');
  expect(rate([], [rule('udp', 0, 65535, world)], { highRiskPorts: [] }).severity).toBe('critical');
});
