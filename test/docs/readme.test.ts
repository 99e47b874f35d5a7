/** Compares README.md with the code: the mail in it is the mail that is sent, and its queries find items. */
import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { commitOf, entryOf } from '../scan/entries.ts';
import { Monitor } from '../scan/monitor.ts';
import { httpFromAnywhere, sshFromAnywhere } from '../scan/samples.ts';
import { closeAfterTests } from '../support/close-after-tests.ts';
import { startSnapshotTable } from '../support/snapshot-table.ts';
import { codeBlocks, readDocument } from './document.ts';

const { text } = readDocument('README.md');

test('the first commands are those of a newcomer', () => {
  expect(codeBlocks(text)[0]?.code).toBe('npm ci && npm run demo\nnpm ci && npm test\n');
});

test('it can be read in one go', () => {
  expect(text.split('\n').length).toBeLessThan(250);
});

test('the alert is the mail that is sent, word for word', async () => {
  const monitor = new Monitor('eu-west-1');
  const office = { ...sshFromAnywhere, cidrs: ['198.51.100.0/24'], ipv6Cidrs: ['2001:db8:51::/48'] };
  monitor.world.set('eu-west-1', 'web-1', [httpFromAnywhere, { ...office, fromPort: 8080, toPort: 8080 }]);
  await monitor.scan();
  monitor.world.set('eu-west-1', 'web-1', [httpFromAnywhere, sshFromAnywhere]);
  await monitor.scan();
  const sent = monitor.publisher.messages.at(-1);
  const shown = codeBlocks(text).find(({ language }) => language === 'text')?.code;
  expect(shown).toBe(`Subject: ${sent?.subject}\n\n${JSON.parse(sent?.message ?? '{}').email}`);
});

const { client, tableName, store } = await closeAfterTests(startSnapshotTable(3));
const resource = { account: '123456789012', region: 'eu-west-1', instanceName: 'web-1' };
const entry = entryOf(resource, 1, '2026-11-23T10:00:00.000Z');
await store.commitState(commitOf(entry), null);
await store.putEntry(entry);

describe('the queries', () => {
  const commands = codeBlocks(text)
    .map(({ code }) => code.replaceAll('\\\n', ' '))
    .filter((code) => code.startsWith('aws dynamodb query'));

  test('are there', () => {
    expect(commands).not.toEqual([]);
  });

  test.each(commands)('find what is there: %s', async (command) => {
    const { Items } = await client.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: /--index-name (\S+)/.exec(command)?.[1],
        KeyConditionExpression: /--key-condition-expression '([^']+)'/.exec(command)?.[1],
        ExpressionAttributeValues: JSON.parse(/--expression-attribute-values '([^']+)'/.exec(command)?.[1] ?? ''),
      }),
    );
    const keys = (Items ?? []).map(({ pk, sk }) => `${pk?.S} ${sk?.S}`);
    expect(keys).toEqual([expect.stringContaining('eu-west-1#web-1')]);
  });
});
