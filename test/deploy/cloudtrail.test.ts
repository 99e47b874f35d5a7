/**
 * The reader of CloudTrail with the CloudTrail of ministack, which is independent of this project. ministack has no
 * Lightsail, so a call of the same name to another service is used: the reader finds it by name, reads its record, and
 * rejects its source.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { clientSettings } from '../../lambda/adapters/client-settings.ts';
import { CloudTrailReader } from '../../lambda/adapters/cloudtrail-reader.ts';
import { type Ministack, ministackPackage, startMinistack } from './ministack.ts';
import { ensurePython } from './python.ts';

const region = 'eu-west-1';
let home = '';
let ministack: Ministack;
let reader: CloudTrailReader;

beforeAll(async () => {
  const { bin } = await ensurePython([ministackPackage]);
  home = await mkdtemp(join(tmpdir(), 'portwatch-cloudtrail-'));
  ministack = await startMinistack(bin, home, { CLOUDTRAIL_RECORDING: '1' });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  reader = new CloudTrailReader({ ...clientSettings(), endpoint: ministack.url, credentials });
}, 300_000);

afterAll(async () => {
  reader?.destroy();
  await ministack?.stop();
  await rm(home, { recursive: true, force: true });
});

function callNamed(name: string): Promise<Response> {
  return fetch(ministack.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${name}`,
      authorization: `AWS4-HMAC-SHA256 Credential=test/20261123/${region}/dynamodb/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify({ instanceName: 'web-1' }),
  });
}

test('calls are found by name and time, and those of another service are ignored', async () => {
  const from = new Date(Date.now() - 60_000).toISOString();
  await callNamed('DeleteInstance');
  await callNamed('DeleteInstance');
  await callNamed('ListTables');
  const until = new Date(Date.now() + 60_000).toISOString();
  const lookup = { account: '000000000000', region, from, until };
  const patient = AbortSignal.timeout(30_000);
  const found = await reader.findCalls({ ...lookup, names: ['DeleteInstance', 'CreateInstances'] }, patient);
  expect(found).toEqual({ calls: [], ignored: { 'other-source': 2 }, until: lookup.until });
  const earlier = { ...lookup, from: '2026-01-01T00:00:00.000Z', until: '2026-01-02T00:00:00.000Z' };
  expect((await reader.findCalls({ ...earlier, names: ['DeleteInstance'] }, patient)).ignored).toEqual({});
});
