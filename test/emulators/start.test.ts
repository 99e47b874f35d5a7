import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { GetParameterCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { type Emulators, startEmulators } from '../../emulators/start.ts';
import { settingsFor } from '../support/client-settings.ts';
import { closeAfterEachTest } from '../support/close-after-tests.ts';

const keep = closeAfterEachTest();
let emulators: Emulators;

beforeEach(async () => {
  emulators = keep(await startEmulators({ account: '210987654321', region: 'us-east-1' }));
});

test('a process that has the variables and nothing else reaches the stand-ins with unchanged SDK clients', async () => {
  const script = `
    import { LightsailClient, GetRegionsCommand } from '@aws-sdk/client-lightsail';
    import { SNSClient, CreateTopicCommand } from '@aws-sdk/client-sns';
    const { regions } = await new LightsailClient({}).send(new GetRegionsCommand({}));
    const { TopicArn } = await new SNSClient({}).send(new CreateTopicCommand({ Name: 'alerts' }));
    process.stdout.write(JSON.stringify([regions.length, TopicArn]));
    process.exit();`;
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const env = { PATH, NODE_COMPILE_CACHE, ...emulators.environment };
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { env });
  expect(JSON.parse(stdout)).toEqual([20, 'arn:aws:sns:us-east-1:210987654321:alerts']);
});

test('the account is the one that was asked for, in STS as in ARNs', async () => {
  const client = keep(new STSClient(settingsFor(emulators.sts.url)));
  expect(await client.send(new GetCallerIdentityCommand({}))).toMatchObject({ Account: '210987654321' });
  expect(emulators.lightsail.addInstance({ region: 'us-east-1', name: 'web-1' })).toContain(':210987654321:');
});

test('DynamoDB starts without a table', async () => {
  const client = keep(new DynamoDBClient(settingsFor(emulators.dynamodb.url)));
  expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual([]);
});

describe('parameters', () => {
  test('a SecureString is readable with decryption only; an unknown name and a denied one are typed errors', async () => {
    const client = keep(new SSMClient(settingsFor(emulators.ssm.url)));
    const get = (Name: string, WithDecryption?: boolean) =>
      client.send(new GetParameterCommand({ Name, WithDecryption }));
    emulators.ssm.setParameter({ name: '/slack/webhook', value: 'https://example.com/secret' });
    expect((await get('/slack/webhook', true)).Parameter).toMatchObject({
      Value: 'https://example.com/secret',
      Type: 'SecureString',
    });
    expect((await get('/slack/webhook')).Parameter?.Value).not.toContain('secret');
    await expect(get('/none')).rejects.toThrow(ParameterNotFound);
    emulators.ssm.addFault({ kind: 'error', name: 'AccessDeniedException', message: 'not authorized' });
    await expect(get('/slack/webhook', true)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('Slack', () => {
  const post = (body: unknown, url = emulators.slack.webhookUrl) =>
    fetch(url, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });

  test('a message is answered with ok and kept', async () => {
    const message = { text: 'opened', blocks: [{ type: 'section', text: { type: 'mrkdwn', text: '*opened*' } }] };
    const answer = await post(message);
    expect([answer.status, await answer.text()]).toEqual([200, 'ok']);
    expect(emulators.slack.messages()).toEqual([message]);
    emulators.slack.clearMessages();
    expect(emulators.slack.messages()).toEqual([]);
  });

  test.each([
    ['no JSON', '{', 400, 'invalid_payload'],
    ['no text', {}, 400, 'no_text'],
    ['51 blocks', { blocks: Array.from({ length: 51 }, () => ({ type: 'divider' })) }, 400, 'invalid_blocks'],
    [
      'a long header',
      { blocks: [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }] },
      400,
      'invalid_blocks',
    ],
    [
      'a long section',
      { blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(3001) } }] },
      400,
      'invalid_blocks',
    ],
  ])('%s is refused', async (_, body, status, words) => {
    const answer = await post(body);
    expect([answer.status, await answer.text()]).toEqual([status, words]);
    expect(emulators.slack.messages()).toEqual([]);
  });

  test('another address is no_service, and the answer 429 has Retry-After', async () => {
    const elsewhere = await post({ text: 'x' }, `${emulators.slack.url}/services/T/B/other`);
    expect([elsewhere.status, await elsewhere.text()]).toEqual([404, 'no_service']);
    emulators.slack.addFault({
      kind: 'raw',
      status: 429,
      body: 'rate_limited',
      headers: { 'retry-after': '3' },
      times: 1,
    });
    const limited = await post({ text: 'x' });
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '3']);
    expect((await post({ text: 'x' })).status).toBe(200);
  });
});

test('the stand-ins import nothing of the product, because they would then share its mistakes', () => {
  const root = join(import.meta.dirname, '../../emulators');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(20);
  const outside = files.flatMap((name) => {
    const imports = readFileSync(join(root, name), 'utf8').matchAll(/from '([^']+)'/g);
    return [...imports].map((found) => `${name}: ${found[1]}`).filter((found) => /\/(lambda|lib|cli)\//.test(found));
  });
  expect(outside).toEqual([]);
});
