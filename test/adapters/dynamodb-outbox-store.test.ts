import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { buildOutboxStore } from '../../lambda/adapters/dynamodb-outbox-store.ts';
import { rule } from '../alerts/fixtures.ts';
import { alertOf, describeOutbox, groupOf } from '../scan/outbox-suite.ts';
import { closeAfterTests } from '../support/close-after-tests.ts';
import { startSnapshotTable } from '../support/snapshot-table.ts';

const snapshots = await closeAfterTests(startSnapshotTable(3));

describe('the outbox on DynamoDB', () => {
  let monitors = 0;

  const newMonitor = () => {
    monitors += 1;
    return `monitor-${monitors}`;
  };
  const open = (monitor: string) => buildOutboxStore(snapshots.client, 'Snapshots', monitor);
  const put = (item: Record<string, unknown>) =>
    snapshots.client.send(new PutItemCommand({ TableName: 'Snapshots', Item: marshall(item) }));
  const get = (pk: string, sk: string) => snapshots.table.get({ pk, sk });

  describeOutbox(() => open(newMonitor()));

  test('a person can read a small group in the table', async () => {
    const monitor = newMonitor();
    await open(monitor).putGroup(groupOf('111122223333', [alertOf('a', 'high')]));
    expect(await get(`OUTBOX#${monitor}`, '1#111122223333#a')).toMatchObject({
      ...{ schema: 1, account: '111122223333', accountName: 'name of 111122223333', at: '2026-11-23T10:05:03.000Z' },
      alerts: [{ alertId: 'a', kind: 'firewall-changed', severity: 'high', region: 'eu-west-1' }],
    });
  });

  test('P3: a group that is too large for an item loses its longest fields, and is not refused', async () => {
    const monitor = newMonitor();
    // Long sources that are no networks, of hex digits without repetition, so that compression cannot make them small.
    let seed = 1;
    const random = () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return (seed % 65_536).toString(16);
    };
    const source = () => Array.from({ length: 1_000 }, random).join(':');
    const sources = Array.from({ length: 200 }, source);
    const opened = [{ protocol: 'tcp' as const, from: 1, to: 60, sources }];
    const alert = { ...alertOf('large', 'medium'), rulesAfter: [rule('tcp', 1, [], sources)], opened };
    await open(monitor).putGroup(groupOf('111122223333', [alert]));
    const { groups } = await open(monitor).loadGroups(null, 10, false);
    expect(groups[0]?.alerts[0]).toMatchObject({
      ...{ alertId: 'large', kind: 'firewall-changed', severity: 'medium', reason: alert.reason },
      ...{ rulesBefore: null, rulesAfter: null, opened: null, details: alert.details },
    });
  });

  test('an item of a newer version and a damaged item are reported, stay, and do not hold up the others', async () => {
    const monitor = newMonitor();
    const pk = `OUTBOX#${monitor}`;
    const fields = { schema: 1, account: '111122223333', accountName: 'prod', at: '2026-11-23T10:05:03.000Z' };
    const newer = { ...fields, pk, sk: '1#111122223333#newer', schema: 2, alerts: 'in another form' };
    const otherKind = { ...fields, pk, sk: '1#111122223333#other', alerts: [{ kind: 'a-later-kind' }] };
    await put(newer);
    await put(otherKind);
    await open(monitor).putGroup(groupOf('111122223333', [alertOf('readable', 'high')]));
    await open(monitor).putGroup(groupOf('111122223333', [alertOf('newer', 'high')]));
    const { groups, refused } = await open(monitor).loadGroups(null, 10, false);
    expect(groups.map(({ key }) => key)).toEqual(['1#111122223333#readable']);
    expect(refused).toEqual([
      {
        key: '1#111122223333#newer',
        problem:
          `item ${pk} / 1#111122223333#newer has schema 2, this version of Portwatch reads 1 to 1: ` +
          'it was written by a newer version, or damaged; it is left as it is',
      },
      {
        key: '1#111122223333#other',
        problem: `item ${pk} / 1#111122223333#other can not be read: alerts.0: not an alert of a known kind`,
      },
    ]);
    expect(await get(pk, newer.sk)).toEqual(newer);
    expect(await get(pk, otherKind.sk)).toEqual(otherKind);
  });

  test('P3: a group that the collector has published meanwhile does not come back', async () => {
    const monitor = newMonitor();
    const outbox = open(monitor);
    await outbox.putGroup(groupOf('111122223333', [alertOf('a', 'high')]));
    const refused = snapshots.client.middlewareStack;
    refused.add(
      (next, context) => async (args) => {
        try {
          return await next(args);
        } catch (error) {
          refused.remove('published-meanwhile');
          if (context.commandName === 'PutItemCommand') await open(monitor).deleteGroup('1#111122223333#a');
          throw error;
        }
      },
      { step: 'initialize', name: 'published-meanwhile' },
    );
    await outbox.putGroup(groupOf('111122223333', [alertOf('a', 'high')]));
    expect(await outbox.loadGroups(null, 10, false)).toMatchObject({ groups: [] });
  });
});
