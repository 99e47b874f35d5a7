/**
 * A deployment without the CDK: `portwatch template` writes a folder, and the commands that it prints deploy it into ministack, which has
 * no CDK bootstrap. Takes about half a minute and needs Python: `npm run test:deploy`.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startCli } from '../cli/run-cli.ts';
import type { AlertInbox } from './alert-inbox.ts';
import { DeployAccount, minute, region } from './deploy-account.ts';
import type { Workplace } from './workplace.ts';

const ssh = { fromPort: 22, toPort: 22, protocol: 'tcp', state: 'open', ipv6Cidrs: ['2001:db8::7/128'] };
const sshFromOffice = { ...ssh, cidrs: ['198.51.100.7/32'] };
const sshFromAnywhere = { ...ssh, cidrs: ['0.0.0.0/0'] };

describe('a deployment without the CDK', () => {
  let here: DeployAccount;
  let workplace: Workplace;
  let inbox: AlertInbox;

  beforeAll(async () => {
    here = await DeployAccount.openWithoutBootstrap({
      instances: [{ region, name: 'web-1', portStates: [sshFromOffice] }],
    });
    ({ workplace } = here);
    await workplace.shell('aws s3 mb s3://my-bucket');
    inbox = await here.openInbox('alerts');
  }, 5 * minute);

  afterAll(async () => {
    await here?.close();
  });

  const writeTemplate = async (...words: string[]) => {
    const folder = ['--out', join(here.home, 'made'), '--bucket', 'my-bucket'];
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
      await inbox.subscribe(AlertTopicArn);
      await here.scan({ ScanFunctionName });
      await inbox.waitFor('monitoring-started', minute);

      await workplace.shell(await writeTemplate(...settings, '-c', 'name=prod'));
      here.lightsail.setPortStates({ region, name: 'web-1', portStates: [sshFromAnywhere] });
      await here.scan({ ScanFunctionName });
      const { digest, alert } = await inbox.waitFor('firewall-changed', minute);
      expect(digest.name).toBe('prod');
      expect(alert).toMatchObject({ severity: 'critical', instance: { name: 'web-1' }, verdict: 'widened' });

      expect(await workplace.aws('dynamodb', 'list-tables')).toEqual({ TableNames: [SnapshotTableName] });
      const stacks = await workplace.aws('cloudformation', 'list-stacks', '--query', 'StackSummaries[].StackName');
      expect(stacks).toEqual(['Portwatch']);
      expect((await readdir(here.home)).filter((name) => /partial|earlier|cdk/.test(name))).toEqual([]);
    },
    5 * minute,
  );
});
