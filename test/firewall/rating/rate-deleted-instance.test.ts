import { expect, test } from '@jest/globals';
import { exposureOf, rateDeletedInstance } from '../../../lambda/firewall/index.ts';
import { everybody, rule, world } from '../build-rule.ts';

const linux = [rule('tcp', 22, 22, ...everybody), rule('tcp', 80, 80, ...everybody)];

test('a gone instance is low, or medium when tcp 80 or 443 closed with it', () => {
  expect(rateDeletedInstance([])).toEqual({ severity: 'low', reason: 'the instance is gone' });
  expect(rateDeletedInstance(exposureOf({ rules: [rule('tcp', 22, 22, world)] }).reach).severity).toBe('low');
  expect(rateDeletedInstance(exposureOf({ rules: linux }).reach)).toEqual({
    severity: 'medium',
    reason: 'the instance is gone; tcp 80 (HTTP) is now closed to everyone: a site may be down',
  });
});
