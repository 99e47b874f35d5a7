import { expect, it } from '@jest/globals';
import { decideAlerts, isSent } from '../../../lambda/alerts/decide-alerts.ts';
import type { HistoryEntry } from '../../../lambda/history/entry.ts';
import { firewallOf } from '../../../lambda/history/firewall-of.ts';
import type { LatestState } from '../../../lambda/history/latest-state.ts';
import { decideInstance } from '../../../lambda/scan/decide/decide-instance.ts';
import { account, Monitor } from '../monitor.ts';
import { httpFromAnywhere, someFacts } from '../samples.ts';

const resource = { account, region: 'eu-west-1', instanceName: 'web-1' };
const at = '2026-11-23T10:00:00.000Z';

const latest: LatestState = {
  resource,
  version: 1,
  recorded: 1,
  alerted: 1,
  status: 'known',
  instance: someFacts,
  rules: [httpFromAnywhere],
  rulesAt: at,
  seenAt: at,
  lastAt: at,
  firstSeenAt: at,
  failure: null,
  pending: null,
  baselinedAt: null,
};

function decideEntry(rules: object[]): HistoryEntry {
  const decision = decideInstance(
    { resource, latest, newestEntry: null, region: null, isRegionBaselined: true, calls: [] },
    { kind: 'read', instance: someFacts, rules },
    {
      startedAt: '2026-11-23T10:05:00.000Z',
      grant: { scanNumber: 2, lastScan: null },
      settings: new Monitor().settings,
      newId: () => 'commit-1',
    },
    Date.parse(at) + 300_000,
  );
  if (decision.kind !== 'commit') throw new Error(`got ${decision.kind}; expected a commit`);
  return decision.commit.pending;
}

const redisFromPrivate = { ...httpFromAnywhere, fromPort: 6379, toPort: 6379, cidrs: ['10.0.0.0/8'], ipv6Cidrs: [] };

it('rates a new rule with an unknown field as open to the world, also from a private source, and sends it from high', () => {
  const entry = decideEntry([httpFromAnywhere, { ...redisFromPrivate, newField: true }]);
  expect(entry).toMatchObject({ kind: 'changed', severity: 'critical' });
  const [alert] = decideAlerts(entry, firewallOf(latest), { tableName: 'Snapshots' });
  expect(alert && isSent(alert, 'high', entry)).toBe(true);
});

it('rates the same rule without the unknown field as low, and does not send it from high', () => {
  const entry = decideEntry([httpFromAnywhere, redisFromPrivate]);
  expect(entry).toMatchObject({ kind: 'changed', severity: 'low' });
  const [alert] = decideAlerts(entry, firewallOf(latest), { tableName: 'Snapshots' });
  expect(alert && isSent(alert, 'high', entry)).toBe(false);
});
