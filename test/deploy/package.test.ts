/**
 * The package as other people deploy it: packed, installed into a separate CDK app without the sources, deployed into ministack. The
 * installed command starts the scans. Takes about a minute and needs Python: `npm run test:deploy`.
 */
import { execFile } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { pack, repository } from '../package/pack.ts';
import { DeployAccount, minute, region } from './deploy-account.ts';
import type { Workplace } from './workplace.ts';

const run = promisify(execFile);
const ssh = { fromPort: 22, toPort: 22, protocol: 'tcp', state: 'open', ipv6Cidrs: ['2001:db8::7/128'] };
const sshFromOffice = { ...ssh, cidrs: ['198.51.100.7/32'] };
const sshFromAnywhere = { ...ssh, cidrs: ['0.0.0.0/0'] };

const app = `
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { DriftMonitor } from 'portwatch';

const stack = new Stack(new App(), 'Portwatch');
const { alertTopic, scanFunction, table } = new DriftMonitor(stack, 'Watch', { name: 'own', scanEveryMinutes: 1440 });
const values = { AlertTopicArn: alertTopic.topicArn, Table: table.tableName, Function: scanFunction.functionName };
for (const [name, value] of Object.entries(values)) new CfnOutput(stack, name, { value });
`;

describe('the installed package, deployed', () => {
  let here: DeployAccount;
  let workplace: Workplace;

  beforeAll(async () => {
    here = await DeployAccount.openWithoutBootstrap({
      instances: [{ region, name: 'web-1', portStates: [sshFromOffice] }],
    });
    const folder = join(here.home, 'app');
    await mkdir(folder);
    await run('npm', ['run', '--silent', 'build'], { cwd: repository });
    const { tarball } = await pack(here.home);
    await writeFile(join(folder, 'package.json'), '{"private": true}');
    await run('npm', ['install', '--ignore-scripts', '--offline', tarball], { cwd: folder });
    for (const name of ['aws-cdk-lib', 'constructs'])
      await symlink(join(repository, 'node_modules', name), join(folder, 'node_modules', name));
    await writeFile(join(folder, 'app.mjs'), app);
    await writeFile(join(folder, 'cdk.json'), '{"app": "node app.mjs"}');
    workplace = here.openWorkplace(folder);
    await workplace.bootstrap();
  }, 5 * minute);

  afterAll(async () => {
    await here?.close();
  });

  test(
    'scans, and alerts; the installed command starts the scan, and shows what the scan found',
    async () => {
      const outputs = (await workplace.deploy({})) as unknown as Record<string, string>;
      const inbox = await here.openInbox('alerts');
      await inbox.subscribe(outputs['AlertTopicArn'] ?? '');
      const scan = () =>
        workplace.shell(
          `node_modules/.bin/portwatch scan --deployed --table ${outputs['Table']} --function ${outputs['Function']}`,
        );
      await scan();
      await inbox.waitFor('monitoring-started', minute);
      here.lightsail.setPortStates({ region, name: 'web-1', portStates: [sshFromAnywhere] });
      expect(await scan()).toMatch(/web-1[\s\S]*tcp 22/);
      const { digest, alert } = await inbox.waitFor('firewall-changed', minute);
      expect(digest.name).toBe('own');
      expect(alert).toMatchObject({ severity: 'critical', instance: { name: 'web-1' }, verdict: 'widened' });
    },
    5 * minute,
  );
});
