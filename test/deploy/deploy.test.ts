/**
 * The product as its users deploy it: the real CDK command line deploys into ministack. ministack's scheduler starts
 * the bundled function, which reads the Lightsail stand-in. Only the test of parallel scans invokes the function. Takes
 * about six minutes, mostly to wait for the schedule, and needs Python: `npm run test:deploy`.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { renderHistoryQuery } from '../../lambda/alerts/table-queries.ts';
import type { Alert, AlertInbox } from './alert-inbox.ts';
import { account, DeployAccount, minute, region } from './deploy-account.ts';
import type { Outputs } from './workplace.ts';

const https = { fromPort: 443, toPort: 443, protocol: 'tcp', state: 'open', cidrs: ['0.0.0.0/0'], ipv6Cidrs: ['::/0'] };
// Names both address families; otherwise there would be no restore command.
const sshFromOffice = {
  ...{ fromPort: 22, toPort: 22, protocol: 'tcp', state: 'open' },
  cidrs: ['198.51.100.7/32'],
  ipv6Cidrs: ['2001:db8::7/128'],
};
const sshFromAnywhere = { ...sshFromOffice, cidrs: ['0.0.0.0/0'] };
const web1 = { region, name: 'web-1' };

describe('Portwatch, deployed', () => {
  let here: DeployAccount;
  let inbox: AlertInbox;
  let events: AlertInbox;
  let outputs: Outputs;
  let opened: Alert;

  beforeAll(async () => {
    here = await DeployAccount.open({
      regions: [region, 'us-east-1'],
      pageSize: 2,
      instances: [
        { ...web1, portStates: [https, sshFromOffice] },
        { region, name: 'web-2', portStates: [https] },
        { region, name: 'web-3', portStates: [https] },
        { region: 'us-east-1', name: 'db-1', portStates: [sshFromOffice] },
      ],
    });
    inbox = await here.openInbox('alerts');
    events = await here.openInbox('events');
  }, 5 * minute);

  afterAll(async () => {
    await here?.close();
  });

  test(
    'the schedule alone starts the first scan, which alerts the start of monitoring',
    async () => {
      outputs = await here.workplace.deploy({ scanEveryMinutes: 1 });
      await inbox.subscribe(outputs.AlertTopicArn);
      await events.subscribe(outputs.EventTopicArn);
      const { digest, alert } = await inbox.waitFor('monitoring-started');
      expect(digest).toMatchObject({ account, name: account, coverage: { instancesListed: 4, instancesRead: 4 } });
      expect(alert).toMatchObject({ summary: { instancesListed: expect.any(Number) } });
      const regions = inbox.alerts.filter(({ kind }) => kind === 'monitoring-started').map((one) => one['region']);
      expect(regions.sort()).toEqual([region, 'us-east-1']);
    },
    5 * minute,
  );

  test(
    'somebody opens SSH to the world, and the alert comes by the schedule alone',
    async () => {
      here.lightsail.setPortStates({ ...web1, portStates: [https, sshFromAnywhere] });
      const { alert } = await inbox.waitFor('firewall-changed');
      expect(alert).toMatchObject({
        severity: 'critical',
        region,
        instance: { name: 'web-1' },
        verdict: 'widened',
        opened: [{ protocol: 'tcp', from: 22, to: 22 }],
        closed: [],
        rulesBefore: [https, sshFromOffice],
        rulesAfter: [https, sshFromAnywhere],
      });
      opened = alert;
    },
    5 * minute,
  );

  test(
    'the function behind the alert topic gives the same alert to a program on the event topic, alone and with attributes',
    async () => {
      const { digest } = await events.waitFor('firewall-changed', minute);
      expect(digest.alerts).toEqual([opened]);
      expect(events.attributes[events.digests.indexOf(digest)]?.sort()).toEqual([
        `account=${account}`,
        'kind=firewall-changed',
        `region=${region}`,
        'severity=critical',
      ]);
    },
    2 * minute,
  );

  test('the snapshot is found by the documented query', async () => {
    const { details } = opened as unknown as { details: { table: string; pk: string; sk: string } };
    expect(details).toMatchObject({ table: outputs.SnapshotTableName, pk: `INSTANCE#${account}#${region}#web-1` });
    const { Items } = JSON.parse(await here.workplace.shell(renderHistoryQuery({ table: details.table }, details.pk)));
    expect(Items.map((item: { kind: { S: string } }) => item.kind.S)).toEqual(['changed', 'baseline']);
    expect(Items[0]).toMatchObject({ sk: { S: details.sk }, alertId: { S: opened.alertId } });
  });

  test(
    'P3: three scans at once, in addition to those of the schedule: each ends without an error, and a change is alerted once',
    async () => {
      here.lightsail.setPortStates({ region, name: 'web-2', portStates: [https, sshFromAnywhere] });
      // Slow enough for the scans to overlap.
      here.lightsail.setLatency({ ms: 400 });
      const scans = await Promise.all([here.scan(outputs), here.scan(outputs), here.scan(outputs)]);
      here.lightsail.setLatency({ ms: 0 });
      for (const scan of scans) expect(scan).toMatchObject(scan.skipped ? { complete: false } : { complete: true });
      await inbox.waitFor('firewall-changed');
      // A second copy of a message would have arrived by now.
      await inbox.receive();
      const ofWeb2 = inbox.alerts.filter(({ instance }) => (instance as { name: string } | null)?.name === 'web-2');
      expect(ofWeb2.map(({ kind }) => kind)).toEqual(['firewall-changed']);
    },
    5 * minute,
  );

  test(
    'a second deployment changes the configuration, keeps the table, and alerts no first listing again',
    async () => {
      expect(await here.workplace.deploy({ scanEveryMinutes: 1, name: 'prod' })).toEqual(outputs);
      // The exact line of the alert. The line asks STS for the account number.
      await here.workplace.shell(String(opened['restoreCommand']));
      const { digest, alert } = await inbox.waitFor('firewall-changed');
      expect(digest.name).toBe('prod');
      expect(alert).toMatchObject({ verdict: 'narrowed', instance: { name: 'web-1' } });
      expect(inbox.alerts.filter(({ kind }) => kind === 'monitoring-started')).toHaveLength(2);
    },
    5 * minute,
  );

  test(
    'destroying the stack keeps the table, and leaves nothing else of it',
    async () => {
      await here.workplace.destroy();
      expect(await here.workplace.aws('dynamodb', 'list-tables')).toEqual({ TableNames: [outputs.SnapshotTableName] });
      expect(await here.workplace.aws('lambda', 'list-functions')).toEqual({ Functions: [] });
      expect(await here.workplace.aws('scheduler', 'list-schedules')).toEqual({ Schedules: [] });
      expect(await here.workplace.aws('sns', 'list-topics')).toEqual({ Topics: [] });
      expect(await here.workplace.aws('logs', 'describe-log-groups')).toMatchObject({ logGroups: [] });
      expect(await here.workplace.aws('cloudwatch', 'describe-alarms')).toMatchObject({ MetricAlarms: [] });
    },
    2 * minute,
  );

  test(
    'a deployment that adopts the table continues its history: changes since then are alerted, and monitoring does not start again',
    async () => {
      here.lightsail.setPortStates({ ...web1, portStates: [https] });
      const earlier = inbox.digests.length;
      const adopted = await here.workplace.deploy({ scanEveryMinutes: 1, existingTable: outputs.SnapshotTableName });
      expect(adopted.SnapshotTableName).toBe(outputs.SnapshotTableName);
      await inbox.subscribe(adopted.AlertTopicArn);
      const { alert } = await inbox.waitFor('firewall-changed');
      expect(alert).toMatchObject({ instance: { name: 'web-1' }, closed: [{ protocol: 'tcp', from: 22, to: 22 }] });
      const kinds = inbox.digests.slice(earlier).flatMap((one) => one.alerts.map(({ kind }) => kind));
      expect(kinds).toEqual(['firewall-changed']);
    },
    5 * minute,
  );
});
