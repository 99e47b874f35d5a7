/**
 * A person who has only the policies of docs/permissions.md deploys and destroys all stacks. A proxy before ministack refuses every request
 * with the person's own key that the policies do not allow; the roles of the CDK are not limited here. Takes about a minute and needs
 * Python: `npm run test:deploy`.
 */
import { once } from 'node:events';
import { createServer, request as forward, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { allows, forwardingPolicy, peoplePolicy } from '../docs/deploy-requests.ts';
import { account, awsEnvironment, DeployAccount, minute, region } from './deploy-account.ts';
import { openWorkplace, type Workplace } from './workplace.ts';

/** A request of the query protocol, which CloudFormation and STS use. */
interface Call {
  action: string;
  resource: string;
}

const policies = [...peoplePolicy, ...forwardingPolicy];
const documentAccount = '123456789012';

/** `null`: the request is signed with the key of a role, or uses another protocol. */
function readCall({ headers }: IncomingMessage, body: string): Call | null {
  const [, key, region, service] =
    /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\//.exec(headers.authorization ?? '') ?? [];
  const query = new URLSearchParams(body);
  const name = query.get('StackName') ?? '';
  if (key !== awsEnvironment.AWS_ACCESS_KEY_ID) return null;
  const stack = name.startsWith('arn:') ? name : `arn:aws:cloudformation:${region}:${account}:stack/${name}/id`;
  return { action: `${service}:${query.get('Action')}`, resource: query.get('RoleArn') ?? stack };
}

/** STS allows GetCallerIdentity to every caller. */
const isAllowed = ({ action, resource }: Call) =>
  action === 'sts:GetCallerIdentity' || allows(policies, action, resource.replace(account, documentAccount));

function startGuard(target: string, denied: Call[]): Server {
  return createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const call = readCall(request, body.toString('latin1'));
    if (call && !isAllowed(call)) {
      denied.push(call);
      response.writeHead(403, { 'content-type': 'text/xml' });
      response.end('<ErrorResponse><Error><Code>AccessDenied</Code><Message>denied</Message></Error></ErrorResponse>');
      return;
    }
    const { method, headers } = request;
    const onward = forward(new URL(request.url ?? '/', target), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    onward.end(body);
  }).listen(0, '127.0.0.1');
}

describe('a person with the policies for deploying', () => {
  const denied: Call[] = [];
  let here: DeployAccount;
  let guard: Server;
  let person: Workplace;

  beforeAll(async () => {
    here = await DeployAccount.open();
    guard = startGuard(here.ministack.url, denied);
    await once(guard, 'listening');
    const { port } = guard.address() as AddressInfo;
    person = openWorkplace('', here.home, `http://127.0.0.1:${port}`, awsEnvironment);
  }, 5 * minute);

  afterAll(async () => {
    guard?.closeAllConnections();
    guard?.close();
    await here?.close();
  });

  test('can not delete a stack of others: the proxy refuses it', async () => {
    const { port } = guard.address() as AddressInfo;
    const refused = await fetch(`http://127.0.0.1:${port}`, {
      method: 'POST',
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${awsEnvironment.AWS_ACCESS_KEY_ID}/20261123/${region}/cloudformation/aws4_request, SignedHeaders=host, Signature=0`,
      },
      body: new URLSearchParams({ Action: 'DeleteStack', StackName: 'Payroll' }),
    });
    expect(refused.status).toBe(403);
    expect(denied.splice(0)).toEqual([
      {
        action: 'cloudformation:DeleteStack',
        resource: `arn:aws:cloudformation:${region}:${account}:stack/Payroll/id`,
      },
    ]);
  });

  test(
    'deploys and destroys the monitor by the roles of the CDK, and the stacks that forward events without them',
    async () => {
      await person.deploy({ eventRegions: ['us-east-1'] }, '--all');
      await person.deploy({ eventRegions: ['us-east-1'], tags: { team: 'web' } }, '--all');
      await person.destroy('--all');
      const stacks = await here.workplace.aws(
        'cloudformation',
        'list-stacks',
        '--stack-status-filter',
        'CREATE_COMPLETE',
      );
      expect(JSON.stringify(stacks)).not.toContain('Portwatch');
      // The CDK may look for a bootstrap even in a region that needs none, and continues without an answer.
      const others = denied.filter(
        ({ resource }) => !resource.includes(':us-east-1:') || !resource.includes('stack/CDKToolkit/'),
      );
      expect(others).toEqual([]);
    },
    5 * minute,
  );
});
