/** `portwatch exposed` rates a rule that is not understood as critical, whatever its sources are. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { asPortStates } from '../../../lambda/firewall/rules/port-state.ts';
import type { Resource } from '../../../lambda/history/entry.ts';
import { rule } from '../../alerts/fixtures.ts';
import { commitOf, entryOf } from '../../scan/fleet-store-suite.ts';
import { someFacts } from '../../scan/samples.ts';
import { account, at, type DeployedAccount, startDeployedAccount } from '../deployed-account.ts';

const ssh = rule('tcp', 22, ['203.0.113.7/32']);
const firewalls = { plain: asPortStates([ssh]), unknown: asPortStates([{ ...ssh, validFrom: '2026-12-01' }]) };

let deployed: DeployedAccount;

beforeAll(async () => {
  deployed = await startDeployedAccount();
  for (const [instanceName, rules] of Object.entries(firewalls)) {
    const resource: Resource = { account, region: 'eu-west-1', instanceName };
    const entry = entryOf(resource, 1, at('09:00'), { kind: 'baseline', rules, verdict: null, reason: 'first seen' });
    await deployed.store.putEntry(entry);
    const state = { status: 'known', instance: someFacts, rules, rulesAt: at('09:00'), seenAt: at('09:00') } as const;
    const times = { firstSeenAt: at('09:00'), baselinedAt: null, failure: null };
    const committed = commitOf(entry, { ...state, ...times });
    await deployed.store.createState({ ...committed, recorded: 1, alerted: 1, pending: null });
  }
});

afterAll(() => deployed.close());

test.each([
  ['at an instant', ['--at', at('10:00')]],
  ['over a span', ['--between', at('09:30'), at('10:00')]],
])(
  'P7: a rule with a field that is not known is critical %s; the same rule without the field is low',
  async (_, when) => {
    const { openings } = JSON.parse((await deployed.run('exposed', '22', ...when, '--json')).stdout);
    const severities = openings.map(({ instanceName, severity }: Record<string, string>) => [instanceName, severity]);
    expect(severities).toEqual([
      ['plain', 'low'],
      ['unknown', 'critical'],
    ]);
  },
);
