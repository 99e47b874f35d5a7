/**
 * Attribution and transient changes, as deployed. The scan function runs in ministack; the stand-ins replace Lightsail and CloudTrail,
 * because ministack has no Lightsail whose calls could be recorded. The schedule's interval is one day, so the test starts the scans. Takes
 * about two minutes and needs Python: `npm run test:deploy`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type CloudTrailEmulator, startCloudTrailEmulator } from '../../emulators/cloudtrail.ts';
import { callEvent } from '../support/call-event.ts';
import type { AlertInbox } from './alert-inbox.ts';
import { account, DeployAccount, minute, region } from './deploy-account.ts';
import type { Outputs } from './workplace.ts';

const ssh = { fromPort: 22, toPort: 22, protocol: 'tcp', state: 'open' };
const sshFromOffice = { ...ssh, cidrs: ['198.51.100.7/32'], ipv6Cidrs: ['2001:db8::7/128'] };
const sshFromAnywhere = { ...ssh, cidrs: ['0.0.0.0/0'], ipv6Cidrs: ['2001:db8::7/128'] };
const rdp = { fromPort: 3389, toPort: 3389, protocol: 'tcp', cidrs: ['0.0.0.0/0'], ipv6Cidrs: ['::/0'] };

describe('attribution, as deployed', () => {
  let here: DeployAccount;
  let cloudtrail: CloudTrailEmulator;
  let inbox: AlertInbox;
  let outputs: Outputs;

  beforeAll(async () => {
    cloudtrail = await startCloudTrailEmulator();
    here = await DeployAccount.open({
      endpoints: { AWS_ENDPOINT_URL_CLOUDTRAIL: cloudtrail.url },
      instances: ['web-1', 'web-2'].map((name) => ({ region, name, portStates: [sshFromOffice] })),
    });
    inbox = await here.openInbox('alerts');
    outputs = await here.workplace.deploy({ scanEveryMinutes: 1440 });
    await inbox.subscribe(outputs.AlertTopicArn);
    await scan();
    await inbox.waitFor('monitoring-started');
  }, 5 * minute);

  afterAll(async () => {
    await here?.close();
    await cloudtrail?.close();
  });

  /** Deletes the item with the instant of the last lookup, so that calls are looked up again. This has no other effect. */
  async function scan(): Promise<void> {
    const key = JSON.stringify({ pk: { S: `FLEET#${account}` }, sk: { S: '!calls' } });
    await here.workplace.aws('dynamodb', 'delete-item', '--table-name', outputs.SnapshotTableName, '--key', key);
    await here.scan(outputs);
  }

  function record(eventName: string, instanceName: string, at: number, request: Record<string, unknown>): void {
    const event = callEvent({ account, region, instanceName, eventName, at });
    const requestParameters = { instanceName, ...request };
    cloudtrail.addRecord({ region, record: { ...(event['detail'] as object), requestParameters } });
  }

  test(
    'a transient change between two scans is alerted, and so is the actor of a change that a scan found',
    async () => {
      const { fromPort, toPort, protocol } = rdp;
      const openedAt = Date.now() + 2_000;
      record('OpenInstancePublicPorts', 'web-1', openedAt, { portInfo: rdp });
      record('CloseInstancePublicPorts', 'web-1', openedAt + 3_000, { portInfo: { fromPort, toPort, protocol } });
      record('PutInstancePublicPorts', 'web-2', openedAt + 1_000, { portInfos: [sshFromAnywhere] });
      here.lightsail.setPortStates({ region, name: 'web-2', portStates: [sshFromAnywhere] });
      // For up to ten seconds after a call, a read can return the rules from before the call.
      await sleep(openedAt + 3_000 + 12_000 - Date.now());
      await scan();
      while (inbox.alerts.length < 4) await inbox.receive();
      const [, changed, attributed, flapped] = inbox.alerts;
      expect(changed).toMatchObject({ kind: 'firewall-changed', instance: { name: 'web-2' }, changedBy: null });
      expect(attributed).toMatchObject({
        kind: 'attributed',
        attributes: changed?.alertId,
        changedBy: { fit: 'explained', foundBy: 'lookup', calls: [{ by: 'IAM user alice' }] },
      });
      expect(flapped).toMatchObject({
        kind: 'firewall-flapped',
        severity: 'critical',
        instance: { name: 'web-1' },
        opened: [{ protocol: 'tcp', from: 3389, to: 3389, sources: ['0.0.0.0/0', '::/0'] }],
        changedBy: {
          fit: 'explained',
          calls: [
            { name: 'OpenInstancePublicPorts', by: 'IAM user alice', sourceIpAddress: '198.51.100.7' },
            { name: 'CloseInstancePublicPorts', by: 'IAM user alice' },
          ],
        },
      });
      await scan();
      await inbox.receive();
      expect(inbox.alerts).toHaveLength(4);
    },
    2 * minute,
  );
});
