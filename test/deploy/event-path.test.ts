/**
 * The event path as its users deploy it, in ministack: an event on the default bus, the real pattern of the rule, the queue, the bundled
 * function, the alert. The schedule's interval is one day, so every alert here comes from an event. There is no trail: the test creates the
 * events in the documented form. Takes about three minutes and needs Python: `npm run test:deploy`.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { callEvent } from '../support/call-event.ts';
import type { AlertInbox } from './alert-inbox.ts';
import { account, DeployAccount, minute, region } from './deploy-account.ts';
import type { Outputs } from './workplace.ts';

const ssh = { fromPort: 22, toPort: 22, protocol: 'tcp', state: 'open' };
const sshFromOffice = { ...ssh, cidrs: ['198.51.100.7/32'], ipv6Cidrs: ['2001:db8::7/128'] };
const sshFromAnywhere = { ...ssh, cidrs: ['0.0.0.0/0'], ipv6Cidrs: ['2001:db8::7/128'] };

describe('the event path, deployed', () => {
  let here: DeployAccount;
  let inbox: AlertInbox;
  let outputs: Outputs;

  beforeAll(async () => {
    here = await DeployAccount.open({
      mayBeAws: true,
      regions: [region, 'us-east-1'],
      instances: [
        ...['web-1', 'web-2', 'web-3'].map((name) => ({ region, name, portStates: [sshFromOffice] })),
        { region: 'us-east-1', name: 'db-1', portStates: [sshFromOffice] },
      ],
    });
    inbox = await here.openInbox('alerts');
    outputs = await here.workplace.deploy({ scanEveryMinutes: 1440 });
    await inbox.subscribe(outputs.AlertTopicArn);
    await here.scan(outputs);
    await inbox.waitFor('monitoring-started');
  }, 5 * minute);

  afterAll(async () => {
    await here?.close();
  });

  /** Sends events to the default bus, ten in a request, as AWS does. Returns `null` for each refused event. */
  async function putEvents(events: Record<string, unknown>[], inRegion = region): Promise<void> {
    for (let start = 0; start < events.length; start += 10) {
      const Entries = events.slice(start, start + 10).map((event) => ({
        Source: event['source'],
        DetailType: event['detail-type'],
        Detail: JSON.stringify(event['detail']),
      }));
      const answer = await fetch(here.ministack.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': 'AWSEvents.PutEvents',
          authorization: `AWS4-HMAC-SHA256 Credential=test/20261123/${inRegion}/events/aws4_request, SignedHeaders=host, Signature=0`,
        },
        body: JSON.stringify({ Entries }),
      });
      expect(await answer.json()).toMatchObject({ FailedEntryCount: 0 });
    }
  }

  const operations = () => here.lightsail.calls().map(({ operation }) => operation);
  const count = (operation: string) => operations().filter((one) => one === operation).length;

  test(
    'an event on the bus leads to an alert that names the actor',
    async () => {
      here.lightsail.setPortStates({ region, name: 'web-1', portStates: [sshFromAnywhere] });
      await putEvents([callEvent({ account, region, instanceName: 'web-1', portInfos: [sshFromAnywhere] })]);
      const { alert } = await inbox.waitFor('firewall-changed', minute);
      expect(alert).toMatchObject({
        severity: 'critical',
        instance: { name: 'web-1' },
        opened: [{ protocol: 'tcp', from: 22, to: 22 }],
        changedBy: {
          fit: 'explained',
          foundBy: 'event',
          calls: [
            { name: 'PutInstancePublicPorts', by: expect.stringContaining('alice'), sourceIpAddress: '198.51.100.7' },
          ],
        },
      });
    },
    2 * minute,
  );

  test(
    'the rule matches no failed call, no other call, and no other service or source',
    async () => {
      here.lightsail.clearCalls();
      const about = (more: Partial<Parameters<typeof callEvent>[0]>) =>
        callEvent({ account, region, instanceName: 'web-2', ...more });
      await putEvents([
        about({ detail: { errorCode: 'AccessDeniedException' } }),
        about({ detail: { eventSource: 'ec2.amazonaws.com' } }),
        about({ eventName: 'RebootInstance' }),
        about({ event: { source: 'my.own.app' } }),
        about({ event: { 'detail-type': 'AWS API Call' } }),
      ]);
      here.lightsail.setPortStates({ region, name: 'web-3', portStates: [sshFromAnywhere] });
      await putEvents([callEvent({ account, region, instanceName: 'web-3' })]);
      await inbox.waitFor('firewall-changed', minute);
      // An event that was sent after these was processed, so these were ignored.
      expect(operations().sort()).toEqual(['GetInstancePortStates', 'GetInstances']);
    },
    2 * minute,
  );

  test(
    'P10: two thousand events at once cost a few reads, and each change is alerted once',
    async () => {
      here.lightsail.clearCalls();
      const told = inbox.alerts.length;
      for (const name of ['web-1', 'web-2', 'web-3'])
        here.lightsail.setPortStates({
          region,
          name,
          portStates: [{ ...ssh, cidrs: ['203.0.113.0/24'], ipv6Cidrs: [] }],
        });
      const startedAt = Date.now();
      const events = Array.from({ length: 2_000 }, (_, index) =>
        callEvent({ account, region, instanceName: `web-${(index % 3) + 1}` }),
      );
      await putEvents(events);
      while (new Set(inbox.alerts.slice(told).map((alert) => JSON.stringify(alert['instance']))).size < 3)
        await inbox.receive();
      await inbox.receive();
      const windows = Math.ceil((Date.now() - startedAt) / 10_000) + 1;
      expect(count('GetInstances')).toBeLessThanOrEqual(windows);
      expect(count('GetInstancePortStates')).toBeLessThanOrEqual(3 * windows);
      expect(inbox.alerts.slice(told).map(({ kind }) => kind)).toEqual(Array(3).fill('firewall-changed'));
    },
    3 * minute,
  );

  // ministack delivers nothing between regions. This test checks the deployed resources, and not the delivery.
  test(
    'another region gets a stack that forwards its events to the bus of this one, without bootstrapping there',
    async () => {
      expect(await here.workplace.deploy({ scanEveryMinutes: 1440, eventRegions: ['us-east-1'] }, '--all')).toEqual(
        outputs,
      );
      const there = ['--region', 'us-east-1'];
      const rules = await here.workplace.aws('events', 'list-rules', ...there);
      const { Rules } = rules as { Rules: { Name: string; State: string; EventPattern: string }[] };
      expect(Rules.map(({ State }) => State)).toEqual(['ENABLED']);
      expect(JSON.parse(Rules[0]?.EventPattern ?? '')).toMatchObject({ source: ['aws.lightsail'] });
      const targets = await here.workplace.aws(
        'events',
        'list-targets-by-rule',
        '--rule',
        Rules[0]?.Name ?? '',
        ...there,
      );
      const home = `arn:aws:events:${region}:${account}:event-bus/default`;
      expect(targets).toMatchObject({ Targets: [{ Arn: home, RoleArn: expect.stringContaining(':role/') }] });
      const stacks = await here.workplace.aws('cloudformation', 'list-stacks', ...there);
      const names = (stacks as { StackSummaries: { StackName: string }[] }).StackSummaries;
      expect(names.map(({ StackName }) => StackName)).toEqual(['PortwatchEvents-us-east-1']);
    },
    3 * minute,
  );

  test(
    'destroying the stacks leaves no function, rule or queue in either region',
    async () => {
      await here.workplace.destroy('--all');
      expect(await here.workplace.aws('lambda', 'list-event-source-mappings')).toMatchObject({
        EventSourceMappings: [],
      });
      expect(await here.workplace.aws('lambda', 'list-functions')).toEqual({ Functions: [] });
      for (const where of [region, 'us-east-1'])
        expect(await here.workplace.aws('events', 'list-rules', '--region', where)).toEqual({ Rules: [] });
      expect(await here.workplace.aws('sqs', 'list-queues')).toEqual({
        QueueUrls: [`${here.ministack.url}/${account}/alerts`],
      });
    },
    2 * minute,
  );
});
