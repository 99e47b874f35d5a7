/** The tests that every OutboxStore passes: the one in memory, and the adapter on DynamoDB. */
import { expect, test } from '@jest/globals';
import type { DecidedAlert } from '../../lambda/alerts/decide-alerts.ts';
import type { OutboxStore } from '../../lambda/pass/interfaces.ts';
import type { AlertGroup } from '../../lambda/scan/interfaces.ts';
import { changeAlert, http, rule, sshToWorld } from '../alerts/fixtures.ts';

const at = '2026-11-23T10:05:03.000Z';

/** A change whose mail names the ports that were open before. */
export function alertOf(alertId: string, severity: DecidedAlert['severity']): DecidedAlert {
  return { ...changeAlert([http], [{ ...http, toPort: 65_535 }, sshToWorld]), alertId, severity };
}

export function groupOf(account: string, alerts: DecidedAlert[], more: Partial<AlertGroup> = {}): AlertGroup {
  return { account, accountName: `name of ${account}`, at, alerts, ...more };
}

/** `newOutbox`: an outbox without groups. */
export function describeOutbox(newOutbox: () => OutboxStore): void {
  const loadAll = async (outbox: OutboxStore) => (await outbox.loadGroups(null, 100, false)).groups;
  const idsOf = (groups: readonly AlertGroup[]) => groups.map(({ alerts }) => alerts.map(({ alertId }) => alertId));

  test('P3: a group is loaded as it was put, with all its alerts', async () => {
    const outbox = newOutbox();
    const gone = { ...alertOf('b', 'low'), rulesBefore: [rule('tcp', 8080, ['198.51.100.0/24'])] };
    const group = groupOf('111122223333', [alertOf('a', 'critical'), gone]);
    await outbox.putGroup(group);
    expect(await outbox.loadGroups(null, 100, false)).toEqual({
      groups: [{ ...group, key: '0#111122223333#a' }],
      refused: [],
      nextAfter: null,
    });
    expect((await loadAll(outbox))[0]?.alerts[0]).toHaveProperty('openBefore');
  });

  test('groups of all accounts come worst first, by the worst alert of each; critical ones can be loaded alone', async () => {
    const outbox = newOutbox();
    await outbox.putGroup(groupOf('111122223333', [alertOf('a', 'info')]));
    await outbox.putGroup(groupOf('444455556666', [alertOf('b', 'high')]));
    await outbox.putGroup(groupOf('444455556666', [alertOf('c', 'low'), alertOf('d', 'critical')]));
    await outbox.putGroup(groupOf('111122223333', [alertOf('e', 'critical')]));
    expect(idsOf(await loadAll(outbox))).toEqual([['e'], ['c', 'd'], ['b'], ['a']]);
    expect(idsOf((await outbox.loadGroups(null, 100, true)).groups)).toEqual([['e'], ['c', 'd']]);
  });

  test('P3: a repeated step adds nothing, and the instant of the first stays', async () => {
    const outbox = newOutbox();
    await outbox.putGroup(groupOf('111122223333', [alertOf('a', 'high')]));
    const later = { ...alertOf('a', 'high'), reason: 'newer' };
    await outbox.putGroup(groupOf('111122223333', [later], { at: '2026-11-23T10:10:03.000Z' }));
    await outbox.putGroup(groupOf('444455556666', [alertOf('a', 'high')]));
    const groups = await loadAll(outbox);
    expect(groups.map(({ account, at: instant, alerts }) => [account, instant, alerts[0]?.reason])).toEqual([
      ['111122223333', at, 'newer'],
      ['444455556666', at, alertOf('a', 'high').reason],
    ]);
  });

  test('groups are loaded in portions, and none is left out between two', async () => {
    const outbox = newOutbox();
    for (const id of ['a', 'b', 'c', 'd', 'e']) await outbox.putGroup(groupOf('111122223333', [alertOf(id, 'high')]));
    const first = await outbox.loadGroups(null, 2, false);
    expect(idsOf(first.groups)).toEqual([['a'], ['b']]);
    const second = await outbox.loadGroups(first.nextAfter, 2, false);
    expect(idsOf(second.groups)).toEqual([['c'], ['d']]);
    expect(idsOf((await outbox.loadGroups(second.nextAfter, 2, false)).groups)).toEqual([['e']]);
  });

  test('the oldest group has the earliest instant, wherever it is', async () => {
    const outbox = newOutbox();
    expect(await outbox.loadOldestAt()).toBeNull();
    await outbox.putGroup(groupOf('111122223333', [alertOf('a', 'critical')]));
    await outbox.putGroup(groupOf('111122223333', [alertOf('b', 'low')], { at: '2026-11-23T09:05:03.000Z' }));
    await outbox.putGroup(groupOf('444455556666', [alertOf('c', 'info')]));
    expect(await outbox.loadOldestAt()).toBe('2026-11-23T09:05:03.000Z');
  });

  test('a deleted group is gone; deleting a group that is not there is no error', async () => {
    const outbox = newOutbox();
    await outbox.putGroup(groupOf('111122223333', [alertOf('a', 'high')]));
    await outbox.putGroup(groupOf('111122223333', [alertOf('b', 'high')]));
    await outbox.deleteGroup('1#111122223333#a');
    await outbox.deleteGroup('1#111122223333#a');
    expect(idsOf(await loadAll(outbox))).toEqual([['b']]);
  });
}
