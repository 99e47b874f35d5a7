/**
 * The package as other people deploy it: packed, installed into a CDK app of their own without the sources, deployed into ministack.
 * The installed command starts the scans. Takes about a minute and needs Python: `npm run test:deploy`.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type LightsailEmulator, startLightsailEmulator } from '../../emulators/lightsail.ts';
import { pack, repository } from '../package/pack.ts';
import { AlertInbox } from './alert-inbox.ts';
import { type Ministack, ministackPackage, startMinistack } from './ministack.ts';
import { ensurePython } from './python.ts';
import { openWorkplace, type Workplace } from './workplace.ts';

const run = promisify(execFile);
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

const app = `
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { DriftMonitor } from 'portwatch';

const stack = new Stack(new App(), 'Portwatch');
const { alertTopic, scanFunction, table } = new DriftMonitor(stack, 'Watch', { name: 'own', scanEveryMinutes: 1440 });
const values = { AlertTopicArn: alertTopic.topicArn, Table: table.tableName, Function: scanFunction.functionName };
for (const [name, value] of Object.entries(values)) new CfnOutput(stack, name, { value });
`;

describe('the installed package, deployed', () => {
  let home: string;
  let folder: string;
  let lightsail: LightsailEmulator;
  let ministack: Ministack;
  let workplace: Workplace;

  beforeAll(async () => {
    const { bin } = await ensurePython([ministackPackage, 'awscli==1.46.3']);
    home = await mkdtemp(join(tmpdir(), 'portwatch-installed-'));
    folder = join(home, 'app');
    await mkdir(folder);
    await run('npm', ['run', '--silent', 'build'], { cwd: repository });
    const { tarball } = await pack(home);
    await writeFile(join(folder, 'package.json'), '{"private": true}');
    await run('npm', ['install', '--ignore-scripts', '--offline', tarball], { cwd: folder });
    for (const name of ['aws-cdk-lib', 'constructs'])
      await symlink(join(repository, 'node_modules', name), join(folder, 'node_modules', name));
    await writeFile(join(folder, 'app.mjs'), app);
    await writeFile(join(folder, 'cdk.json'), '{"app": "node app.mjs"}');
    lightsail = await startLightsailEmulator({
      account,
      regions: [region],
      notEnabledRegions: [],
      instances: [{ region, name: 'web-1', portStates: [sshFromOffice] }],
    });
    const outside = { ...environment, AWS_ENDPOINT_URL_LIGHTSAIL: lightsail.url };
    ministack = await startMinistack(bin, home, outside);
    workplace = openWorkplace(bin, home, ministack.url, outside, folder);
    await workplace.bootstrap();
    await workplace.aws('sqs', 'create-queue', '--queue-name', 'alerts');
  }, 5 * minute);

  afterAll(async () => {
    await ministack?.stop();
    await lightsail?.close();
    if (home) await rm(home, { recursive: true, force: true });
  });

  test(
    'scans, and alerts; the installed command starts the scan, and shows what the scan found',
    async () => {
      const outputs = (await workplace.deploy({})) as unknown as Record<string, string>;
      const inbox = new AlertInbox(workplace, `${ministack.url}/${account}/alerts`);
      await inbox.subscribe(outputs['AlertTopicArn'] ?? '');
      const scan = () =>
        workplace.shell(
          `node_modules/.bin/portwatch scan --deployed --table ${outputs['Table']} --function ${outputs['Function']}`,
        );
      await scan();
      await inbox.waitFor('monitoring-started', minute);
      lightsail.setPortStates({ region, name: 'web-1', portStates: [sshFromAnywhere] });
      expect(await scan()).toMatch(/web-1[\s\S]*tcp 22/);
      const { digest, alert } = await inbox.waitFor('firewall-changed', minute);
      expect(digest.name).toBe('own');
      expect(alert).toMatchObject({ severity: 'critical', instance: { name: 'web-1' }, verdict: 'widened' });
    },
    5 * minute,
  );
});
