/** Answers are rated with the settings of the deployment: those in effect at the time of the question. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { settingsKey } from '../../lambda/contract/table-keys.ts';
import type { PortState } from '../../lambda/firewall/index.ts';
import type { Resource } from '../../lambda/history/entry.ts';
import { baselineOf, saveEntry } from '../scan/entries.ts';
import { closeAfterTests } from '../support/close-after-tests.ts';
import { account, at, startDeployedAccount } from './deployed-account.ts';

const resource: Resource = { account, region: 'eu-west-1', instanceName: 'web-1' };
const rules: PortState[] = [
  {
    protocol: 'tcp',
    fromPort: 8081,
    toPort: 8081,
    state: 'open',
    cidrs: ['0.0.0.0/0'],
    ipv6Cidrs: [],
    cidrListAliases: [],
  },
];

const deployed = await closeAfterTests(startDeployedAccount());
await saveEntry(deployed.store, baselineOf(resource, at('09:00'), rules));

const answer = async (...args: string[]) => JSON.parse((await deployed.run(...args, '--json')).stdout);
const byDefaults = { settings: 'defaults', recordedAt: null };
const byDeployment = { settings: 'deployment', recordedAt: at('09:30'), highRiskPorts: [8081] };
const defaultsLine =
  'Severities are rated with the default settings: the table has no settings of the deployment for this time.';

describe('a table without settings', () => {
  test.each([
    ['status', ['status']],
    ['at', ['at', 'web-1', `${at('10:00')}`]],
    ['exposed', ['exposed', '8081', '--at', at('10:00')]],
  ])('%s rates with the defaults, and the answer says so', async (_, args) => {
    const document = await answer(...args);
    const rated = { status: document.instances?.[0], at: document, exposed: document.openings?.[0] }[args[0] ?? ''];
    expect(rated.severity).toBe('high');
    expect(document.ratedBy).toMatchObject(byDefaults);
    expect(document.ratedBy.highRiskPorts).toContain(22);
    expect((await deployed.run(...args)).stdout).toContain(defaultsLine);
  });
});

describe('a table with the settings of the deployment', () => {
  beforeAll(async () => {
    await deployed.put({
      ...settingsKey(account, at('09:30')),
      schema: 1,
      hash: 'a',
      settings: { highRiskPorts: [8081] },
    });
  });

  test('status rates with the newest settings', async () => {
    const document = await answer('status');
    expect(document.instances[0]).toMatchObject({ severity: 'critical' });
    expect(document.ratedBy).toEqual(byDeployment);
    expect((await deployed.run('status')).stdout).not.toContain('default settings');
    // This table has no scan item, so the answer is incomplete, and the code is 2 whatever is open.
    expect(await deployed.run('status', '--exit-code', 'critical')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('The answer is not complete: no scan has ended yet.'),
    });
  });

  test('at and exposed rate with the settings that were in effect at the time of the question', async () => {
    expect(await answer('at', 'web-1', at('10:00'))).toMatchObject({ severity: 'critical', ratedBy: byDeployment });
    expect(await answer('at', 'web-1', at('09:10'))).toMatchObject({ severity: 'high', ratedBy: byDefaults });
    const [later] = (await answer('exposed', '8081', '--at', at('10:00'))).openings;
    const [earlier] = (await answer('exposed', '8081', '--at', at('09:10'))).openings;
    expect([earlier.severity, later.severity]).toEqual(['high', 'critical']);
  });

  test('a span is rated with the settings at its end, and each side of diff with its own', async () => {
    const spans = await answer('exposed', '8081', '--between', at('09:10'), at('10:00'));
    expect(spans.openings).toMatchObject([{ severity: 'critical' }]);
    const { from, to } = await answer('diff', 'web-1', at('09:10'), at('10:00'));
    expect([from.severity, to.severity]).toEqual(['high', 'critical']);
  });

  test('settings that this version cannot read are an error, not the defaults', async () => {
    await deployed.put({ ...settingsKey(account, at('12:00')), schema: 2, hash: 'b', settings: {} });
    const { code, stderr } = await deployed.run('status');
    expect(code).toBe(2);
    expect(stderr).toContain('The table cannot be read by this version of Portwatch: item SETTINGS#111122223333');
  });
});
