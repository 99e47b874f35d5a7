import { expect, test } from '@jest/globals';
import { defaultRatingPolicy, exposureOf, rateExposure } from '../../../lambda/firewall/index.ts';
import { everybody, rule, world } from '../build-rule.ts';

const linux = [rule('tcp', 22, 22, ...everybody), rule('tcp', 80, 80, ...everybody)];

test('the whole exposure is rated', () => {
  expect(rateExposure(exposureOf({ rules: linux }), defaultRatingPolicy)).toEqual({
    severity: 'critical',
    reason: 'tcp 22 (SSH) is on the high-risk list (AWS Security Hub EC2.19) and is open to anywhere',
  });
  expect(rateExposure(exposureOf({ rules: [] }), defaultRatingPolicy)).toEqual({
    severity: 'info',
    reason: 'nothing can be reached',
  });
  expect(rateExposure(exposureOf({ rules: [rule('all', 0, 65535, world)] }), defaultRatingPolicy).reason).toBe(
    'all protocols and ports are open to anywhere',
  );
});

test('dormant reach is rated one step lower', () => {
  const rules = [rule('tcp', 22, 22, '::/0'), rule('tcp', 80, 80, world)];
  expect(rateExposure(exposureOf({ rules, ipAddressType: 'ipv4' }), defaultRatingPolicy)).toEqual({
    severity: 'high',
    reason:
      'dormant until the instance gets an address of that family: tcp 22 (SSH) is on the high-risk list (AWS Security Hub EC2.19) and is open to anywhere (IPv6)',
  });
  expect(
    rateExposure(exposureOf({ rules: [rule('tcp', 80, 80, '::/0')], ipAddressType: 'ipv4' }), defaultRatingPolicy)
      .severity,
  ).toBe('info');
});
