/** The table of the product and the table of the stand-in were written apart, from the same page of AWS. */
import { expect, test } from '@jest/globals';
import { defaultRules } from '../../../emulators/lightsail/blueprint.ts';
import { diffFirewalls } from '../../../lambda/firewall/index.ts';
import { findDefaultRules } from '../../../lambda/firewall/rating/blueprint-default-rules.ts';

test.each([
  ...['amazon_linux_2023', 'centos_stream_9', 'debian_12', 'freebsd_14', 'opensuse_15_5', 'ubuntu_24_04'],
  ...['wordpress', 'wordpress_multisite', 'ghost_bitnami', 'joomla', 'prestashop_bitnami', 'drupal'],
  ...['lamp_8_bitnami', 'django', 'nodejs', 'mean', 'gitlab', 'nginx', 'magento', 'redmine'],
  ...['cpanel_whm_linux', 'plesk_ubuntu_22_04'],
  ...['windows_server_2022', 'windows_server_2022_sql_2022_express'],
])('an instance of %s starts with the same rules in the product and in the stand-in', (blueprint) => {
  const { opened, closed } = diffFirewalls(findDefaultRules(blueprint) ?? [], defaultRules(blueprint));
  expect({ opened, closed }).toEqual({ opened: [], closed: [] });
});
