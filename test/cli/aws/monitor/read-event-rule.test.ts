import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CloudTrailClient, DescribeTrailsCommand } from '@aws-sdk/client-cloudtrail';
import { expect, test } from '@jest/globals';
import { signRequest } from '../../../../cli/aws/monitor/read-event-rule.ts';

test('a request that is signed here has the signature that the SDK gives to the same request', async () => {
  let headers: IncomingHttpHeaders = {};
  let body = '';
  const server = createServer((request, response) => {
    headers = request.headers;
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => response.end('{}'));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'a/secret+key', sessionToken: 'a-token' };
  const { port } = server.address() as AddressInfo;
  const client = new CloudTrailClient({ region: 'eu-west-1', endpoint: `http://127.0.0.1:${port}`, credentials });
  await client.send(new DescribeTrailsCommand({}));
  client.destroy();
  server.closeAllConnections();
  server.close();
  const { authorization = '' } = headers;
  const names = /SignedHeaders=([^,]+)/.exec(authorization)?.[1]?.split(';') ?? [];
  expect(names).toEqual(expect.arrayContaining(['host', 'x-amz-date', 'x-amz-security-token', 'x-amz-target']));
  const own = Object.fromEntries(
    names.filter((name) => name !== 'x-amz-security-token').map((name) => [name, String(headers[name])]),
  );
  const request = { headers: own, body, region: 'eu-west-1', service: 'cloudtrail' };
  expect(signRequest(request, credentials)['authorization']).toBe(authorization);
});
