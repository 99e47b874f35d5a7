/**
 * `items-v1.json` has one item of every kind, as schema 1 first wrote it, in DynamoDB's own JSON, and its meaning. The file is never edited
 * and never generated again, because existing tables contain such items for ever. A new schema gets its own file.
 */
import { readFileSync } from 'node:fs';
import { type AttributeValue, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, test } from '@jest/globals';
import type { HistoryEntry } from '../../lambda/history/entry.ts';
import type { LatestState } from '../../lambda/history/latest-state.ts';
import { closeAfterTests } from '../support/close-after-tests.ts';
import { startSnapshotTable } from '../support/snapshot-table.ts';

type AttributeMap = Record<string, AttributeValue>;

interface Frozen {
  label: string;
  item: AttributeMap;
  /** `null`: an item that no scan reads. */
  reads: (LatestState & HistoryEntry) | null;
}

/** Binary attributes are stored in the file as `{"base64": "…"}`. */
function reviveBinary(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('base64' in value)) return value;
  return Uint8Array.from(Buffer.from(String(value.base64), 'base64'));
}

const namesOfToday: Readonly<Record<string, string>> = { subject: 'resource', told: 'alerted' };

const file = readFileSync(new URL('items-v1.json', import.meta.url), 'utf8');
const frozen: Frozen[] = JSON.parse(file, reviveBinary).map(withTodaysNames);

/**
 * The first version used the name `subject` for a resource, and `told` for the mark `alerted` of a latest state. The file keeps these
 * names.
 */
function withTodaysNames({ reads, ...rest }: Omit<Frozen, 'reads'> & { reads: object | null }): Frozen {
  return { ...rest, reads: reads === null ? null : (renameFields(reads) as Frozen['reads']) };
}

function renameFields(value: object): object {
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      namesOfToday[name] ?? name,
      name === 'pending' && field !== null ? renameFields(field) : field,
    ]),
  );
}

const labelled = (start: string) => frozen.filter(({ label }) => label.startsWith(start));
const each = (list: Frozen[]) => list.map((one): [string, Frozen] => [one.label, one]);

const { client, tableName, store } = await closeAfterTests(startSnapshotTable(3));

describe('P6: items of schema 1 are read for ever', () => {
  const put = ({ item }: Frozen) => client.send(new PutItemCommand({ TableName: tableName, Item: item }));

  test('the file has every kind that schema 1 knows', () => {
    expect(frozen.map(({ label }) => label)).toEqual([
      'departed',
      'entry of a region, baseline',
      'entry of a region, gap',
      'entry of a region, gap-over',
      'entry of an instance, appeared, expiring',
      'entry of an instance, appeared, replacing',
      'entry of an instance, baseline, expiring',
      'entry of an instance, baseline, packed',
      'entry of an instance, changed rewritten',
      'entry of an instance, changed widened',
      'entry of an instance, changed widened, expected',
      'entry of an instance, changed widened, expiring',
      'entry of an instance, difference left out',
      'entry of an instance, gap',
      'entry of an instance, gap-over, ending a gap',
      'entry of an instance, gone',
      'head of a region, known',
      'head of a region, unknown, in a gap',
      'head of an instance, difference left out',
      'head of an instance, gone',
      'head of an instance, known',
      'head of an instance, known, packed',
      'head of an instance, known, pending',
      'head of an instance, unknown, in a gap',
      'head of an instance, unknown, in a gap, pending',
      'lease',
      'scan, complete',
      'scan, not complete',
    ]);
    for (const { item } of frozen) expect(unmarshall(item)).toMatchObject({ schema: 1 });
  });

  test.each(each(labelled('head')))('%s', async (_, one) => {
    await put(one);
    if (one.reads === null) throw new Error('a latest is read');
    expect(await store.loadState(one.reads.resource)).toEqual(one.reads);
  });

  test.each(each(labelled('entry')))('%s', async (_, one) => {
    await put(one);
    if (one.reads === null) throw new Error('an entry is read');
    const { resource, at, version } = one.reads;
    expect(await store.loadEntry(resource, at)).toEqual(one.reads);
    expect((await store.loadEntriesAfter(resource, version - 1))[0]).toEqual(one.reads);
  });

  test('all states of a fleet at once, none refused', async () => {
    const states = labelled('head');
    for (const one of states) await put(one);
    const fleet = await store.loadFleet('123456789012');
    expect(fleet.refused).toEqual([]);
    expect(fleet.states).toHaveLength(new Set(states.map(({ item }) => unmarshall(item)['sk'])).size);
  });

  test('the lease, with what the last scan left in it', async () => {
    const [lease] = labelled('lease');
    if (lease === undefined) throw new Error('no lease in the file');
    await put(lease);
    const { lastScan, scanNumber } = unmarshall(lease.item);
    const now = Date.parse('2027-01-01T00:00:00.000Z');
    const grant = await store.takeLease({ account: '123456789012', holder: 'me', now, until: now + 1 });
    expect(grant).toMatchObject({ scanNumber: Number(scanNumber) + 1, lastScan });
    expect(lastScan).toMatchObject({ regionsListed: ['eu-west-1'] });
  });

  // The next two kinds are not in the file. They are written here as the first version with attributions wrote them.
  test('an attribution that was found later', async () => {
    const [pk, at] = ['INSTANCE#123456789012#eu-west-1#web-1', '2026-11-28T20:10:00.811Z'];
    const attribution = {
      calls: [
        {
          eventId: 'e-1',
          at: '2026-11-28T20:07:00.000Z',
          name: 'OpenInstancePublicPorts',
          by: 'IAM user alice',
          arn: 'arn:aws:iam::123456789012:user/alice',
          sourceIpAddress: '203.0.113.77',
          userAgent: 'aws-cli',
          through: 'api',
        },
      ],
      fit: 'explained',
      foundBy: 'lookup',
      foundAt: '2026-11-28T20:10:03.311Z',
    };
    const item = { pk, sk: `${at}#by`, schema: 1, ...attribution };
    await client.send(new PutItemCommand({ TableName: tableName, Item: marshall(item) }));
    const resource = { account: '123456789012', region: 'eu-west-1', instanceName: 'web-1' };
    expect(await store.loadAttribution(resource, at)).toEqual(attribution);
  });

  test('the state of the lookups in CloudTrail', async () => {
    const callState = {
      passedAt: '2026-11-28T20:55:02.081Z',
      doneUntil: { 'eu-west-1': '2026-11-28T20:55:02.081Z', 'us-east-1': '2026-11-28T20:40:00.000Z' },
      waitsUntil: '2026-11-28T23:40:00.434Z',
      toldDenied: ['us-east-1'],
    };
    const item = { pk: 'FLEET#123456789012', sk: '!calls', schema: 1, ...callState };
    await client.send(new PutItemCommand({ TableName: tableName, Item: marshall(item) }));
    expect((await store.loadFleet('123456789012')).callState).toEqual(callState);
  });
});
