import { expect, test } from '@jest/globals';
import { defaultRatingPolicy, exposureOf, rateNewInstance } from '../../../lambda/firewall/index.ts';
import type { Firewall } from '../../../lambda/firewall/rules/port-state.ts';
import { everybody, rule, world } from '../build-rule.ts';

const rate = (firewall: Firewall, blueprintId: string | null) =>
  rateNewInstance(firewall, blueprintId, defaultRatingPolicy, exposureOf(firewall));

const linux = [rule('tcp', 22, 22, ...everybody), rule('tcp', 80, 80, ...everybody)];
const arrival = 'a new instance with exactly the default rules of its blueprint';

test.each([
  ['ubuntu_24_04', linux],
  ['amazon_linux_2023', linux],
  ['windows_server_2022', [...linux, rule('tcp', 3389, 3389, ...everybody)]],
  ['wordpress', [...linux, rule('tcp', 443, 443, ...everybody)]],
  ['nodejs', [rule('tcp', 443, 443, ...everybody), ...linux]],
  [
    'cpanel_whm_linux',
    [22, 53, 80, 443, 2078, 2083, 2087, 2089]
      .map((port) => rule('tcp', port, port, ...everybody))
      .concat(rule('udp', 53, 53, ...everybody)),
  ],
  [
    'plesk_ubuntu',
    [22, 53, 80, 443, 8443, 8447]
      .map((port) => rule('tcp', port, port, ...everybody))
      .concat(rule('udp', 53, 53, ...everybody)),
  ],
])('exactly the default rules of %s are medium, and the reason says so', (blueprint, rules) => {
  expect(rate({ rules }, blueprint)).toEqual({
    severity: 'medium',
    reason: `${arrival} ${blueprint}`,
  });
});

test.each([
  ...[
    'amazon_linux_2',
    'centos_stream_9',
    'debian_12',
    'freebsd_14',
    'opensuse_15',
    'ubuntu_22_04',
    'alma_linux_9',
    'rocky_9',
  ].map((blueprint): [string, number[]] => [blueprint, [22, 80]]),
  ...[
    'wordpress_multisite',
    'ghost_bitnami',
    'joomla',
    'prestashop_bitnami',
    'drupal',
    'lamp_8_bitnami',
    'django',
    'nodejs',
  ].map((blueprint): [string, number[]] => [blueprint, [22, 80, 443]]),
  ...['mean', 'gitlab', 'nginx', 'magento', 'redmine'].map((blueprint): [string, number[]] => [
    blueprint,
    [22, 80, 443],
  ]),
  ...['windows_server_2019', 'windows_server_2022_sql_2022_express'].map((blueprint): [string, number[]] => [
    blueprint,
    [22, 80, 3389],
  ]),
])('%s starts with tcp %j open to the world, and nothing else', (blueprint, ports) => {
  const open = (list: readonly number[]) => list.map((port) => rule('tcp', port, port, ...everybody));
  expect(rate({ rules: open(ports) }, blueprint).reason).toBe(`${arrival} ${blueprint}`);
  expect(rate({ rules: open(ports.slice(1)) }, blueprint).reason).not.toContain(arrival);
  expect(rate({ rules: open([...ports, 8443]) }, blueprint).reason).not.toContain(arrival);
});

test('the common default rules are not the default rules of an unknown blueprint', () => {
  for (const ports of [
    [22, 80],
    [22, 80, 443],
    [22, 80, 3389],
  ]) {
    const rules = ports.map((port) => rule('tcp', port, port, ...everybody));
    expect(rate({ rules }, 'temple_os').reason).not.toContain(arrival);
  }
});

test('one port more or less than the default rules, or another blueprint, is rated like any exposure', () => {
  expect(rate({ rules: [...linux, rule('tcp', 443, 443, world)] }, 'ubuntu_24_04').severity).toBe('critical');
  expect(rate({ rules: linux.slice(1) }, 'ubuntu_24_04').severity).toBe('low');
  expect(rate({ rules: linux }, 'wordpress').severity).toBe('critical');
  expect(rate({ rules: linux }, 'temple_os').severity).toBe('critical');
  expect(rate({ rules: linux }, null).severity).toBe('critical');
  expect(rate({ rules: [rule('tcp', 22, 22, world), rule('tcp', 80, 80, world)] }, 'ubuntu_24_04').severity).toBe(
    'critical',
  );
  expect(rate({ rules: linux.map((one) => ({ ...one, x: 1 })) }, 'ubuntu_24_04').severity).toBe('critical');
});

test('with IPv4 addresses only, the IPv6 part of the default rules may be missing or dormant', () => {
  const in4 = [rule('tcp', 22, 22, world), rule('tcp', 80, 80, world)];
  for (const rules of [in4, linux]) expect(rate({ rules, ipAddressType: 'ipv4' }, 'debian_12').severity).toBe('medium');
  const more = [...in4, rule('tcp', 3389, 3389, '::/0')];
  expect(rate({ rules: more, ipAddressType: 'ipv4' }, 'debian_12').severity).toBe('critical');
});

test('an empty exposure is low, and no new instance is less severe', () => {
  expect(rate({ rules: [] }, 'ubuntu_24_04')).toEqual({
    severity: 'low',
    reason: 'a new instance; nothing on it can be reached',
  });
  expect(rate({ rules: [rule('tcp', 80, 80, '::/0')], ipAddressType: 'ipv4' }, null).severity).toBe('low');
});

test('a hostile name of a blueprint is made printable', () => {
  const reason = rate({ rules: linux }, 'ubuntu\u001b[31m\u202e').reason;
  expect(reason).toBe(`${arrival} ubuntu\ufffd[31m\ufffd`);
});

test('dormant rules are an exposure too', () => {
  const rules = [rule('tcp', 22, 22, '::/0')];
  expect(rate({ rules, ipAddressType: 'ipv4' }, null)).toEqual({
    severity: 'high',
    reason:
      'dormant until the instance gets an address of that family: tcp 22 (SSH) is on the high-risk list (AWS Security Hub EC2.19) and is open to anywhere (IPv6)',
  });
});
