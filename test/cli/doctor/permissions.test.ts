/** The permissions of `portwatch doctor` in docs/permissions.md are those that it uses; without one of them no other row is hidden. */

import { beforeEach, expect, test } from '@jest/globals';
import { checks } from '../../../cli/commands/doctor/row.ts';
import { toItem } from '../../../lambda/adapters/items/read-item.ts';
import { attributionKey } from '../../../lambda/contract/table-keys.ts';
import { commandPermissions } from '../../docs/command-permissions.ts';
import { entryOf } from '../../scan/entries.ts';
import { closeAfterTests } from '../../support/close-after-tests.ts';
import { depth } from '../../support/depth.ts';
import { account, byAlice, minutesAgo } from '../deployed-account.ts';
import { region, startHealthyMonitor } from '../healthy-monitor.ts';
import { runDoctor } from './doctor-answer.ts';

const monitor = await closeAfterTests(startHealthyMonitor());
beforeEach(() => monitor.heal());

// With a change, the check of events also reads attributions.
const change = entryOf({ account, region, instanceName: 'web-2' }, 1, minutesAgo(60), {});
await monitor.deployed.store.putEntry(change);
await monitor.deployed.put(toItem(attributionKey(change.resource, change.at), { ...byAlice, foundBy: 'event' }));

const [documented] = commandPermissions.filter(({ commands }) => commands.includes('doctor'));
const actions = documented?.actions ?? [];

test('P9: doctor needs exactly its actions, which only read', async () => {
  for (const service of Object.values(monitor.services)) service.clearCalls();
  expect(await runDoctor(monitor)).toMatchObject({ code: 0, bad: [] });
  const used = Object.entries(monitor.services).flatMap(([service, each]) =>
    each.calls().map(({ operation }) => `${service}:${operation}`),
  );
  expect([...new Set(used)].sort()).toEqual(actions.toSorted());
  expect(actions.filter((action) => !/:(Get|List|Describe|BatchGet|Query)/.test(action))).toEqual([]);
});

const tried = actions.filter((_, index) => index % depth({ quick: 9, full: 1 }) === 0);

test.each(tried)('P9: without %s the command ends with 2, names it, and no other row is hidden', async (action) => {
  const [service = '', operation] = action.split(':');
  const fault = { kind: 'error', name: 'AccessDeniedException', operation, message: 'not allowed' } as const;
  monitor.services[service]?.addFault(fault);
  const denied = await runDoctor(monitor);
  expect({ code: denied.code, status: denied.status }).toEqual({ code: 2, status: 'unknown' });
  expect(denied.stderr).toContain(action);
  for (const row of denied.bad) {
    expect(row).toMatchObject({ status: 'unknown', permissions: expect.arrayContaining([action]) });
    expect(row.found).toMatch(/^not known: /);
  }
  const shown = denied.rows.map(({ check }) => check);
  // The rows of subscriptions need the missing answer; the row of the topic is unknown.
  const followers = action === 'sns:ListSubscriptionsByTopic' ? ['subscription'] : [];
  expect(checks.filter((check) => !shown.includes(check))).toEqual(followers);
});

test('P5: without the outputs of the stack the topics that need subscribers are unknown, so no topic is OK', async () => {
  const fault = { kind: 'error', name: 'AccessDenied', operation: 'DescribeStacks', message: 'no' } as const;
  monitor.services['cloudformation']?.addFault(fault);
  const { rows } = await runDoctor(monitor);
  const topics = rows.filter(({ check }) => check === 'topic');
  expect(topics.length).toBeGreaterThan(1);
  for (const row of topics)
    expect(row).toMatchObject({ status: 'unknown', permissions: ['cloudformation:DescribeStacks'] });
});
