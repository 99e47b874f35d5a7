import { expect, test } from '@jest/globals';
import { worstSeverity } from '../../../lambda/firewall/index.ts';

test('the worst of several severities does not depend on their order, and is info for an empty list', () => {
  expect(worstSeverity(['low', 'critical', 'medium'])).toBe('critical');
  expect(worstSeverity(['medium', 'low', 'info'])).toBe('medium');
  expect(worstSeverity(['info', 'low'])).toBe('low');
  expect(worstSeverity([])).toBe('info');
});
