/**
 * Attribution and transient changes, as deployed. The scan function runs in ministack; the stand-ins replace Lightsail
 * and CloudTrail, because ministack has no Lightsail whose calls could be recorded. The schedule is one day away, so
 * the test starts the scans. Takes about two minutes and needs Python: `npm run test:deploy`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type CloudTrailEmulator, startCloudTrailEmulator } from '../../emulators/cloudtrail.ts';
import { type LightsailEmulator, startLightsailEmulator } from '../../emulators/lightsail.ts';
import { callEvent } from '../support/call-event.ts';
import { AlertInbox } from './alert-inbox.ts';
import { type Ministack, ministackPackage, startMinistack } from './ministack.ts';
import { ensurePython } from './python.ts';
import { type Outputs, openWorkplace, type Workplace } from './workplace.ts';

const account = '000000000000';
const region = 'eu-west-1';
const environment = {
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
};
const ssh = { fromPort: 22, toPort: 22, protocol: 'tcp', state: 'open' };
const sshFromOffice = { ...ssh, cidrs: ['198.51.100.7/32'], ipv6Cidrs: ['2001:db8::7/128'] };
const sshFromAnywhere = { ...ssh, cidrs: ['0.0.0.0/0'], ipv6Cidrs: ['2001:db8::7/128'] };
const rdp = { fromPort: 3389, toPort: 3389, protocol: 'tcp', cidrs: ['0.0.0.0/0'], ipv6Cidrs: ['::/0'] };

const minute = 60_000;

describe('who did it, deployed', () => {
  let home: string;
  let lightsail: LightsailEmulator;
  let cloudtrail: CloudTrailEmulator;
  let ministack: Ministack;
  let workplace: Workplace;
  let inbox: AlertInbox;
  let outputs: Outputs;

  beforeAll(async () => {
    const { bin } = await ensurePython([ministackPackage, 'awscli==1.46.3']);
    home = await mkdtemp(join(tmpdir(), 'portwatch-attribution-'));
    cloudtrail = await startCloudTrailEmulator();
    lightsail = await startLightsailEmulator({
      account,
      regions: [region],
      notEnabledRegions: [],
      instances: ['web-1', 'web-2'].map((name) => ({ region, name, portStates: [sshFromOffice] })),
    });
    const outside = {
      ...environment,
      AWS_ENDPOINT_URL_LIGHTSAIL: lightsail.url,
      AWS_ENDPOINT_URL_CLOUDTRAIL: cloudtrail.url,
    };
    ministack = await startMinistack(bin, home, outside);
    workplace = openWorkplace(bin, home, ministack.url, outside);
    await workplace.bootstrap();
    await workplace.aws('sqs', 'create-queue', '--queue-name', 'alerts');
    inbox = new AlertInbox(workplace, `${ministack.url}/${account}/alerts`);
    outputs = await workplace.deploy({ scanEveryMinutes: 1440 });
    await inbox.subscribe(outputs.AlertTopicArn);
    await scan();
    await inbox.waitFor('monitoring-started');
  }, 5 * minute);

  afterAll(async () => {
    await ministack?.stop();
    await Promise.all([lightsail?.close(), cloudtrail?.close()]);
    if (home) await rm(home, { recursive: true, force: true });
  });

  /**
   * Removes the position of the lookup, as if the last lookup were long ago. The only effect is that calls are looked
   * up again.
   */
  async function scan(): Promise<void> {
    const { SnapshotTableName, ScanFunctionName } = outputs;
    const key = JSON.stringify({ pk: { S: `FLEET#${account}` }, sk: { S: '!calls' } });
    await workplace.aws('dynamodb', 'delete-item', '--table-name', SnapshotTableName, '--key', key);
    const answer = join(home, 'answer.json');
    await workplace.aws('lambda', 'invoke', '--function-name', ScanFunctionName, '--payload', '{}', answer);
  }

  function record(eventName: string, instanceName: string, at: number, request: Record<string, unknown>): void {
    const event = callEvent({ account, region, instanceName, eventName, at });
    const requestParameters = { instanceName, ...request };
    cloudtrail.addRecord({ region, record: { ...(event['detail'] as object), requestParameters } });
  }

  test(
    'a flap between two scans is told, and so is who made a change that a scan found',
    async () => {
      const { fromPort, toPort, protocol } = rdp;
      const openedAt = Date.now() + 2_000;
      record('OpenInstancePublicPorts', 'web-1', openedAt, { portInfo: rdp });
      record('CloseInstancePublicPorts', 'web-1', openedAt + 3_000, { portInfo: { fromPort, toPort, protocol } });
      record('PutInstancePublicPorts', 'web-2', openedAt + 1_000, { portInfos: [sshFromAnywhere] });
      lightsail.setPortStates({ region, name: 'web-2', portStates: [sshFromAnywhere] });
      // A read within ten seconds after a call may not show the effect of the call.
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
