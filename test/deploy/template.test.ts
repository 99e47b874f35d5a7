/**
 * A deployment without the CDK: `portwatch template` writes a folder, and the commands that it prints deploy it into ministack, which has
 * no CDK bootstrap. Takes about half a minute and needs Python: `npm run test:deploy`.
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type LightsailEmulator, startLightsailEmulator } from '../../emulators/lightsail.ts';
import { startCli } from '../cli/run-cli.ts';
import { AlertInbox } from './alert-inbox.ts';
import { type Ministack, ministackPackage, startMinistack } from './ministack.ts';
import { ensurePython } from './python.ts';
import { openWorkplace, type Workplace } from './workplace.ts';

const account = '000000000000';
const region = 'eu-west-1';
const environment = {
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
};
const ssh = { fromPort: 22, toPort: 22, protocol: 'tcp', state: 'open', ipv6Cidrs: ['2001:db8::7/128'] };
const sshFromOffice = { ...ssh, cidrs: ['198.51.100.7/32'] };
const sshFromAnywhere = { ...ssh, cidrs: ['0.0.0.0/0'] };
const minute = 60_000;

describe('a deployment without the CDK', () => {
  let home: string;
  let lightsail: LightsailEmulator;
  let ministack: Ministack;
  let workplace: Workplace;

  beforeAll(async () => {
    const { bin } = await ensurePython([ministackPackage, 'awscli==1.46.3']);
    home = await mkdtemp(join(tmpdir(), 'portwatch-template-'));
    lightsail = await startLightsailEmulator({
      account,
      regions: [region],
      notEnabledRegions: [],
      instances: [{ region, name: 'web-1', portStates: [sshFromOffice] }],
    });
    const outside = { ...environment, AWS_ENDPOINT_URL_LIGHTSAIL: lightsail.url };
    ministack = await startMinistack(bin, home, outside);
    workplace = openWorkplace(bin, home, ministack.url, outside);
    await workplace.shell('aws s3 mb s3://my-bucket');
    await workplace.aws('sqs', 'create-queue', '--queue-name', 'alerts');
  }, 5 * minute);

  afterAll(async () => {
    await ministack?.stop();
    await lightsail?.close();
    if (home) await rm(home, { recursive: true, force: true });
  });

  const writeTemplate = async (...words: string[]) => {
    const folder = ['--out', join(home, 'made'), '--bucket', 'my-bucket'];
    const { code, stdout, stderr } = await startCli(['template', ...folder, ...words]).ended;
    if (code !== 0) throw new Error(stderr);
    return stdout;
  };

  test(
    'by the printed commands, twice: it scans, alerts, keeps its table in an upgrade, and leaves nothing of the CDK',
    async () => {
      const settings = ['-c', 'scanEveryMinutes=1440', '-c', 'tags.team=web & ops', '-c', 'terminationProtection=true'];
      await workplace.shell(await writeTemplate(...settings));
      const { Stacks } = (await workplace.aws('cloudformation', 'describe-stacks', '--stack-name', 'Portwatch')) as {
        Stacks: { Tags: object[]; Outputs: { OutputKey: string; OutputValue: string }[] }[];
      };
      expect(Stacks[0]?.Tags).toEqual([{ Key: 'team', Value: 'web & ops' }]);
      const outputs = Object.fromEntries((Stacks[0]?.Outputs ?? []).map((one) => [one.OutputKey, one.OutputValue]));
      const { AlertTopicArn = '', ScanFunctionName = '', SnapshotTableName = '' } = outputs;
      const scan = () =>
        workplace.aws(
          ...['lambda', 'invoke', '--function-name', ScanFunctionName, '--payload', '{}', join(home, 'answer.json')],
        );
      const inbox = new AlertInbox(workplace, `${ministack.url}/${account}/alerts`);
      await inbox.subscribe(AlertTopicArn);
      await scan();
      await inbox.waitFor('monitoring-started', minute);

      await workplace.shell(await writeTemplate(...settings, '-c', 'name=prod'));
      lightsail.setPortStates({ region, name: 'web-1', portStates: [sshFromAnywhere] });
      await scan();
      const { digest, alert } = await inbox.waitFor('firewall-changed', minute);
      expect(digest.name).toBe('prod');
      expect(alert).toMatchObject({ severity: 'critical', instance: { name: 'web-1' }, verdict: 'widened' });

      expect(await workplace.aws('dynamodb', 'list-tables')).toEqual({ TableNames: [SnapshotTableName] });
      const stacks = await workplace.aws('cloudformation', 'list-stacks', '--query', 'StackSummaries[].StackName');
      expect(stacks).toEqual(['Portwatch']);
      expect((await readdir(home)).filter((name) => /partial|earlier|cdk/.test(name))).toEqual([]);
    },
    5 * minute,
  );
});
