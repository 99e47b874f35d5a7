/** Sends the requests of a scan over plain HTTP: no real signature, no parsing except the page token, no comparing, no storing. */
import { type Agent, request } from 'node:http';
import pLimit from 'p-limit';
import type { ScanLimits } from '../../lambda/scan/scan-limits.ts';

/**
 * Lists the instances of each region, then reads their firewalls, in the order and with the concurrency of a scan. `agent` keeps its
 * connections open between calls, like a warm function.
 */
export async function readBare(
  url: string,
  regions: readonly string[],
  limits: ScanLimits,
  agent: Agent,
): Promise<void> {
  const limitRegions = pLimit(limits.regionsAtOnce);
  await Promise.all(
    regions.map((region) => limitRegions(() => readRegion({ url, region, agent }, limits.readsPerRegion))),
  );
}

interface Way {
  url: string;
  region: string;
  agent: Agent;
}

async function readRegion(way: Way, readsAtOnce: number): Promise<void> {
  const names: string[] = [];
  let body: { pageToken?: string } | null = {};
  while (body) {
    const page = await call(way, 'GetInstances', body);
    for (const [, name = ''] of page.matchAll(/"name":"(web-\d+)"/g)) names.push(name);
    const token = /"nextPageToken":"([^"]+)"/.exec(page)?.[1];
    body = token === undefined ? null : { pageToken: token };
  }
  const limit = pLimit(readsAtOnce);
  await Promise.all(names.map((instanceName) => limit(() => call(way, 'GetInstancePortStates', { instanceName }))));
}

function call(way: Way, operation: string, body: unknown): Promise<string> {
  const { url, region, agent } = way;
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `Lightsail_20161128.${operation}`,
    authorization: `AWS4-HMAC-SHA256 Credential=EMULATED/20261123/${region}/lightsail/aws4_request, SignedHeaders=host, Signature=0`,
  };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('error', reject);
      response.on('end', () => (response.statusCode === 200 ? resolve(text) : reject(new Error(text))));
    });
    // The stand-in closes connections after five idle seconds. If a connection closes at the moment of a request, the request is repeated.
    sent.on('error', (error) => (sent.reusedSocket ? resolve(call(way, operation, body)) : reject(error)));
    sent.end(JSON.stringify(body));
  });
}
