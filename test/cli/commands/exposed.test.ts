/** `portwatch exposed` counts a rule that is not understood as open to every address. */
import { describe, expect, test } from '@jest/globals';
import { buildFleetStore } from '../../../lambda/adapters/dynamodb-fleet-store.ts';
import { asPortStates } from '../../../lambda/firewall/rules/port-state.ts';
import type { Resource } from '../../../lambda/history/entry.ts';
import { rule } from '../../alerts/fixtures.ts';
import { baselineOf, saveEntry } from '../../scan/entries.ts';
import { closeAfterTests } from '../../support/close-after-tests.ts';
import { depth } from '../../support/depth.ts';
import { account, at, startDeployedAccount, tableName } from '../deployed-account.ts';
import { writeInBatches } from '../write-in-batches.ts';

const ssh = rule('tcp', 22, ['203.0.113.7/32']);
const web = rule('tcp', 443, ['0.0.0.0/0']);
const firewalls = {
  plain: asPortStates([ssh, web]),
  'unknown-field': asPortStates([{ ...ssh, validFrom: '2026-12-01' }, rule('tcp', 5432, ['203.0.113.7/32'])]),
  'unknown-protocol': asPortStates([{ ...ssh, protocol: 'quic' }]),
  unparsed: asPortStates([rule('tcp', 22, ['203.0.113.0/33'])]),
  unspecified: asPortStates([rule('tcp', 22, [])]),
};

const deployed = await closeAfterTests(startDeployedAccount());
await writeInBatches(deployed.client, async (collector) => {
  const store = buildFleetStore(collector, tableName);
  for (const [instanceName, rules] of Object.entries(firewalls)) {
    const resource: Resource = { account, region: 'eu-west-1', instanceName };
    await saveEntry(store, baselineOf(resource, at('09:00'), rules));
  }
});

const named = async (...args: string[]) => {
  const { openings } = JSON.parse((await deployed.run('exposed', ...args, '--json')).stdout);
  return openings.map(({ instanceName, severity }: Record<string, string>) => [instanceName, severity]);
};

describe.each([
  ['at an instant', ['--at', at('10:00')]],
  ['over a span', ['--between', at('09:30'), at('10:00')]],
])('P7: a rule that is not understood, %s', (_, when) => {
  const odd = [
    ['unknown-field', 'critical'],
    ['unknown-protocol', 'critical'],
    ['unparsed', 'critical'],
    ['unspecified', 'critical'],
  ];

  test('is critical, whatever its sources are; the same rule that is understood is low', async () => {
    expect(await named('22', ...when)).toEqual([['plain', 'low'], ...odd]);
    expect(await named('5432', ...when)).toEqual([['unknown-field', 'low']]);
  });

  const addresses = ['203.0.113.7', '2001:db8::1', '8.8.8.8', '10.0.0.0/8'];

  test.each(addresses.slice(0, depth({ quick: 2, full: 4 })))('may let in %s', async (address) => {
    const plain = address === '203.0.113.7' ? [['plain', 'low']] : [];
    expect(await named('22', '--from', address, ...when)).toEqual([...plain, ...odd]);
    expect(await named('5432', '--from', address, ...when)).toEqual(plain.map(() => ['unknown-field', 'low']));
  });
});
