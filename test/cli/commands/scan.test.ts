import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Emulators, startEmulators } from '../../../emulators/start.ts';
import { rule } from '../../alerts/fixtures.ts';
import { depth } from '../../support/depth.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { runCli, startCli, startHere } from '../run-cli.ts';

const world = ['0.0.0.0/0'];

let emulators: Emulators;

beforeEach(async () => {
  emulators = await startEmulators({
    region: 'us-east-1',
    lightsail: { regions: ['eu-west-1', 'us-east-1', 'ap-east-1'], notEnabledRegions: ['ap-east-1'], pageSize: 2 },
  });
});

afterEach(async () => {
  await emulators.close();
});

/** test/cli/command-errors.test.ts starts processes in `npm test` too: with a pipe, and ended by Ctrl-C. */
const start = depth({ quick: startHere, full: startCli });
const scan = (...args: string[]) => runCli(['scan', ...args], emulators.environment);

function addInstance(region: string, name: string, portStates: unknown[]): void {
  emulators.lightsail.addInstance({ region, name, portStates });
}

/** Five instances, more than one page holds, in two regions. */
function addFleet(): void {
  addInstance('eu-west-1', 'closed', []);
  addInstance('eu-west-1', 'site', [rule('tcp', 80, world, ['::/0'])]);
  addInstance('eu-west-1', 'office', [rule('tcp', 8443, ['198.51.100.0/24'])]);
  addInstance('us-east-1', 'web', [rule('tcp', 22, world)]);
  addInstance('us-east-1', 'game', [rule('tcp', 27015, world)]);
}

describe('P1: the current exposure', () => {
  test('every instance of every page and region, worst first, with the number of instances read', async () => {
    addFleet();
    const { code, stdout, stderr } = await scan();
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const rows = stdout.split('\n').filter((line) => /^(CRITICAL|HIGH|MEDIUM|LOW|INFO) /.test(line));
    expect(rows.map((row) => row.replace(/ {2,}/g, ' | '))).toEqual([
      'CRITICAL | web | us-east-1 | 203.0.113.4 | tcp 22 (SSH) from anywhere (0.0.0.0/0)',
      expect.stringMatching(/^HIGH \| game \| us-east-1 \| 203\.0\.113\.5 \| tcp 27015/),
      expect.stringMatching(/^MEDIUM \| office \| eu-west-1 \| 203\.0\.113\.3 \| tcp 8443 .*from 198\.51\.100\.0\/24$/),
      'LOW | site | eu-west-1 | 203.0.113.2 | tcp 80 (HTTP) from anywhere',
      'INFO | closed | eu-west-1 | 203.0.113.1 | nothing',
    ]);
    expect(stdout).toContain('Account 123456789012 · arn:aws:iam::123456789012:user/emulated\n');
    expect(stdout).toContain('Skipped regions that are not enabled in this account: ap-east-1.\n');
    expect(stdout).toContain('Read 5 of 5 instances in 2 regions: 1 critical, 1 high, 1 medium, 1 low, 1 info.\n');
  });

  test('Lightsail gets only read requests', async () => {
    addFleet();
    await scan();
    const operations = new Set(emulators.lightsail.calls().map(({ operation }) => operation));
    expect([...operations].sort()).toEqual(['GetInstancePortStates', 'GetInstances', 'GetRegions']);
    expect(emulators.dynamodb.calls()).toEqual([]);
    expect(emulators.sns.calls()).toEqual([]);
  });

  test('--region reads only that region', async () => {
    addFleet();
    const { code, stdout } = await scan('--region', 'eu-west-1');
    expect(code).toBe(0);
    expect(stdout).toContain('Read 3 of 3 instances in 1 region: 1 medium, 1 low, 1 info.\n');
  });

  test('an account without instances has zero counts', async () => {
    const { code, stdout } = await scan();
    expect(code).toBe(0);
    expect(stdout).toContain('Read 0 of 0 instances in 2 regions.\n');
  });

  test('a pipe gets neither colour nor progress', async () => {
    addFleet();
    const { stdout, stderr } = await start(['scan'], emulators.environment).ended;
    expect(stdout + stderr).not.toContain('\u001B');
  });
});

describe('P4: resources that could not be read', () => {
  test('an instance that cannot be read is named with the reason, and the scan ends with 2', async () => {
    addFleet();
    const name = 'AccessDeniedException';
    emulators.lightsail.addFault({ operation: 'GetInstancePortStates', instanceName: 'site', kind: 'error', name });
    const { code, stdout, stderr } = await scan();
    expect(code).toBe(2);
    expect(stdout).toContain(
      'Instances that could not be read, so their exposure is unknown:\n  site (eu-west-1): access-denied, AccessDeniedException',
    );
    expect(stdout).toContain('Read 4 of 5 instances in 2 regions: 1 critical, 1 high, 1 medium, 1 info.\n');
    expect(stderr).toBe(
      'portwatch: account 123456789012: 1 instance could not be read (access-denied); what is exposed there is not known; allow lightsail:GetInstances and lightsail:GetInstancePortStates to these credentials.\n',
    );
  });

  test('a region whose second page fails counts as not listed; its first page is not used', async () => {
    addFleet();
    const name = 'OperationFailureException';
    emulators.lightsail.addFault({ operation: 'GetInstances', region: 'eu-west-1', page: 2, kind: 'error', name });
    const { code, stdout } = await scan();
    expect(code).toBe(2);
    expect(stdout).toContain(
      'Regions that could not be listed, so the exposure of their instances is unknown:\n  eu-west-1: service-error',
    );
    expect(stdout).toContain('Read 2 of 2 instances in 1 region: 1 critical, 1 high.\n');
  });

  test('a region denied by policy is skipped and named, and the other regions are read', async () => {
    addFleet();
    const denied = {
      operation: 'GetInstances',
      region: 'us-east-1',
      kind: 'error',
      name: 'AccessDeniedException',
    } as const;
    emulators.lightsail.addFault({ ...denied, message: 'explicit deny in a service control policy' });
    const { code, stdout } = await scan();
    expect(code).toBe(0);
    expect(stdout).toContain(
      'Skipped regions: these credentials may not list instances there:\n  us-east-1: access-denied',
    );
    expect(stdout).toContain('Read 3 of 3 instances in 1 region');
  });

  test.each([['--exit-code', 'critical'], []])(
    'a region that is named on the command line and cannot be listed ends with 2: %s %s',
    async (...more) => {
      addInstance('eu-west-1', 'site', [rule('tcp', 80, world)]);
      const denied = { operation: 'GetInstances', region: 'us-east-1', kind: 'error' } as const;
      emulators.lightsail.addFault({ ...denied, name: 'AccessDeniedException', message: 'no' });
      const named = ['--region', 'eu-west-1', '--region', 'us-east-1', '--region', 'ap-east-1'];
      const { code, stdout, stderr } = await scan(...named, ...more);
      expect(code).toBe(2);
      expect(stdout).toContain(
        'Regions that could not be listed, so the exposure of their instances is unknown:\n  ap-east-1: region-not-enabled, ',
      );
      expect(stdout).toContain('\n  us-east-1: access-denied, AccessDeniedException: no\n');
      expect(stdout).toContain('Read 1 of 1 instance in 1 region: 1 low.\n');
      expect(stdout).not.toContain('Skipped');
      expect(stderr).toBe(
        'portwatch: account 123456789012: 2 regions (ap-east-1, us-east-1) could not be read (region-not-enabled, access-denied); what is exposed there is not known; allow lightsail:GetInstances and lightsail:GetInstancePortStates to these credentials.\n',
      );
    },
  );

  test('a named region that cannot be listed ends with 2 also where the list of regions is denied', async () => {
    const denied = { kind: 'error', name: 'AccessDeniedException' } as const;
    emulators.lightsail.addFault({ ...denied, operation: 'GetRegions' });
    emulators.lightsail.addFault({ ...denied, operation: 'GetInstances', region: 'us-east-1' });
    const { code, stderr } = await scan('--region', 'eu-west-1', '--region', 'us-east-1');
    expect(code).toBe(2);
    expect(stderr).toContain('1 region (us-east-1) could not be read (access-denied)');
  });

  test('P5: a region that Lightsail lists without a name could not be read, unless the command names the regions', async () => {
    const body = JSON.stringify({ regions: [{ name: 'eu-west-1' }, { displayName: 'new' }] });
    const contentType = 'application/x-amz-json-1.1';
    emulators.lightsail.addFault({ kind: 'raw', body, contentType, operation: 'GetRegions' });
    const { code, stderr } = await scan();
    expect([code, stderr]).toEqual([2, expect.stringContaining('1 region (?) could not be read (invalid-answer)')]);
    expect(await scan('--region', 'us-east-1')).toMatchObject({ code: 0, stderr: '' });
  });

  test('if no region can be listed, the error names the missing permission', async () => {
    const { code, stderr } = await scan('--region', 'ap-east-1');
    expect(code).toBe(2);
    expect(stderr).toContain('no region could be listed (tried ap-east-1); allow lightsail:GetInstances');
  });

  test('an unknown region is an error that lists the regions of Lightsail', async () => {
    expect(await scan('--region', 'eu-west-9')).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'portwatch: Lightsail has no region eu-west-9; did you mean eu-west-1? It has ap-east-1, eu-west-1, us-east-1.\n',
    });
  });

  test('control characters in text from outside are replaced', async () => {
    addInstance('eu-west-1', 'web', [{ ...rule('tcp', 22, ['0.0.0.0/0\u001B[2J']), protocol: 'tcp\u0007' }]);
    addInstance('eu-west-1', 'odd', []);
    emulators.lightsail.setOverrides({ region: 'eu-west-1', name: 'odd', overrides: { name: 'odd\u001B]0;x\u0007' } });
    const { stdout, stderr } = await scan();
    expect((stdout + stderr).replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    expect(stdout).toContain('odd\uFFFD]0;x\uFFFD (eu-west-1): ');
  });
});

test('Ctrl-C ends a scan that waits for an answer, with 130 and nothing on stdout', async () => {
  addFleet();
  emulators.lightsail.addFault({ operation: 'GetInstancePortStates', kind: 'hang' });
  const running = start(['scan', '--json'], emulators.environment);
  while (!emulators.lightsail.calls().some(({ operation }) => operation === 'GetInstancePortStates')) await sleep(20);
  running.interrupt();
  expect(await running.ended).toEqual({ code: 130, stdout: '', stderr: 'Interrupted. Nothing is left running.\n' });
});

describe('--exit-code', () => {
  test.each([
    ['without a severity, the minimum is high', [], 1],
    ['a critical instance exists', ['critical'], 1],
  ])('%s', async (_, severity, expected) => {
    addFleet();
    expect((await scan('--exit-code', ...severity)).code).toBe(expected);
  });

  test('no instance of the minimum severity is 0', async () => {
    addInstance('eu-west-1', 'site', [rule('tcp', 80, world)]);
    expect((await scan('--exit-code')).code).toBe(0);
    expect((await scan('--exit-code', 'low')).code).toBe(1);
  });

  test('no match, but an unreadable instance, is 2: unknown is not closed', async () => {
    addInstance('eu-west-1', 'site', [rule('tcp', 80, world)]);
    addInstance('eu-west-1', 'dark', []);
    const name = 'OperationFailureException';
    emulators.lightsail.addFault({ operation: 'GetInstancePortStates', instanceName: 'dark', kind: 'error', name });
    expect((await scan('--exit-code')).code).toBe(2);
  });
});

describe('--json', () => {
  test('is one document of a fixed structure on stdout', async () => {
    const portStates = [rule('tcp', 22, world)];
    emulators.lightsail.addInstance({ region: 'us-east-1', name: 'web', arn: 'arn:web', portStates });
    addInstance('us-east-1', 'dark', []);
    emulators.lightsail.addFault({
      operation: 'GetInstancePortStates',
      instanceName: 'dark',
      kind: 'error',
      name: 'OperationFailureException',
      message: 'no luck',
    });
    const { code, stdout } = await scan('--json');
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toEqual({
      schema: 'portwatch.scan/1',
      accounts: [
        {
          account: '123456789012',
          profile: null,
          callerArn: 'arn:aws:iam::123456789012:user/emulated',
          scannedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
          coverage: { instancesListed: 2, instancesRead: 1, regionsListed: 2, regionsSkipped: ['ap-east-1'] },
          instances: [
            {
              severity: 'critical',
              reason: expect.stringContaining('tcp 22 (SSH) is on the high-risk list'),
              region: 'us-east-1',
              instance: {
                name: 'web',
                arn: 'arn:web',
                publicIpAddress: '203.0.113.1',
                ipv6Addresses: ['2001:db8:0:1::1'],
                ipAddressType: 'dualstack',
                blueprintId: 'ubuntu_24_04',
              },
              exposure: [{ protocol: 'tcp', from: 22, to: 22, sources: ['0.0.0.0/0'] }],
              dormant: [],
              notes: [],
              rules: portStates,
            },
          ],
          notRead: [
            {
              region: 'us-east-1',
              instanceName: 'dark',
              reason: 'service-error',
              message: 'OperationFailureException: no luck',
            },
          ],
          regionsNotListed: [
            {
              region: 'ap-east-1',
              reason: 'region-not-enabled',
              message: expect.stringContaining('UnrecognizedClientException'),
            },
          ],
        },
      ],
      failed: [],
    });
  });
});

describe('credentials', () => {
  const fail = (name: string, message: string) => {
    emulators.sts.addFault({ kind: 'error', status: 403, name, message });
    return scan('--json');
  };

  test('no credentials', async () => {
    const { AWS_ACCESS_KEY_ID: _, ...environment } = emulators.environment;
    expect(await runCli(['scan'], environment)).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'portwatch: Found no AWS credentials; expected those that the AWS CLI would use: run `aws configure` or `aws sso login`, set AWS_PROFILE, or give --profile. ' +
        'The AWS SDK says: Could not load credentials from any providers\n',
    });
  });

  test('wrong credentials', async () => {
    const message = 'The security token included in the request is invalid.';
    expect(await fail('InvalidClientTokenId', message)).toEqual({
      code: 2,
      stdout: '',
      stderr: `portwatch: AWS does not accept the credentials; expected a valid access key and secret: check them with \`aws sts get-caller-identity\`. The AWS SDK says: ${message}\n`,
    });
    expect(emulators.lightsail.calls()).toEqual([]);
  });

  test('expired credentials', async () => {
    const { code, stderr } = await fail('ExpiredToken', 'The security token included in the request is expired');
    expect(code).toBe(2);
    expect(stderr).toContain('portwatch: The AWS credentials have expired; sign in again (`aws sso login`');
  });

  test('AWS cannot be reached', async () => {
    const { code, stderr } = await runCli(['scan'], {
      ...emulators.environment,
      AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:1',
    });
    expect(code).toBe(2);
    expect(stderr).toContain(
      'portwatch: AWS could not be reached to find the account of these credentials; check the network',
    );
  });
});

describe('--profile', () => {
  const home = temporaryFolder();
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(home, 'aws-'));
    const keys = 'aws_access_key_id = a\naws_secret_access_key = b\n';
    writeFileSync(join(folder, 'config'), `[profile prod]\nregion = eu-west-1\n${keys}[profile staging]\n${keys}`);
  });

  const scanAs = (...profiles: string[]) => {
    const { AWS_ACCESS_KEY_ID: _a, AWS_SECRET_ACCESS_KEY: _b, AWS_REGION: _c, ...environment } = emulators.environment;
    const args = profiles.flatMap((profile) => ['--profile', profile]);
    return runCli(['scan', ...args], { ...environment, AWS_CONFIG_FILE: join(folder, 'config') });
  };

  test('the request for the regions goes to the region of the profile, or to us-east-1 if the profile has none', async () => {
    expect((await scanAs('prod')).code).toBe(0);
    expect((await scanAs('staging')).code).toBe(0);
    const asked = emulators.lightsail.calls().filter(({ operation }) => operation === 'GetRegions');
    expect(asked.map(({ region }) => region)).toEqual(['eu-west-1', 'us-east-1']);
  });

  test('several profiles are read in order; a profile that does not exist is named, and the others are read', async () => {
    addFleet();
    const { code, stdout, stderr } = await scanAs('prod', 'nobody', 'staging');
    expect(code).toBe(2);
    expect(stdout.match(/Account 123456789012 · profile (prod|staging) · /g)).toHaveLength(2);
    expect(stdout.match(/Read 5 of 5 instances/g)).toHaveLength(2);
    expect(stderr).toMatch(/^portwatch: nobody: Found no AWS credentials of profile nobody; expected the profile in /);
  });

  test('a single profile that does not exist is an error', async () => {
    const { code, stdout, stderr } = await scanAs('nobody');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^portwatch: Found no AWS credentials of profile nobody; .*list-profiles/);
  });

  describe('of an SSO login', () => {
    const sso = 'sso_account_id = 111122223333\nsso_role_name = reader\n';
    const portal = 'sso_start_url = https://example.awsapps.com/start\nsso_region = eu-west-1\n';
    const home = process.env['HOME'] ?? '';

    beforeEach(() => {
      mkdirSync(join(folder, '.aws', 'sso', 'cache'), { recursive: true });
      process.env['HOME'] = folder;
      const sections = [`[profile prod]\n${sso}sso_session = corp\n[sso-session corp]\n${portal}`];
      writeFileSync(join(folder, 'config'), [...sections, `[profile staging]\n${sso}${portal}`].join('\n'));
    });

    afterEach(() => {
      process.env['HOME'] = home;
    });

    const saveToken = (name: string, token: Record<string, string>) => {
      const file = `${createHash('sha1').update(name).digest('hex')}.json`;
      writeFileSync(join(folder, '.aws', 'sso', 'cache', file), JSON.stringify(token));
    };
    const token = { accessToken: 'a', expiresAt: '2020-01-01T00:00:00.000Z' };

    test('P5: a login that ran out or never was: the first advice is to log in with this profile', async () => {
      const advice = (profile: string) =>
        `portwatch: The AWS login of profile ${profile} has ended; log in again with \`aws sso login --profile ${profile}\`, then repeat the command. The AWS SDK says: `;
      const never = await scanAs('prod');
      expect([never.code, never.stdout]).toEqual([2, '']);
      expect(never.stderr.startsWith(advice('prod'))).toBe(true);
      saveToken('corp', token);
      expect((await scanAs('prod')).stderr.startsWith(advice('prod'))).toBe(true);
      expect((await scanAs('staging')).stderr.startsWith(advice('staging'))).toBe(true);
      saveToken('https://example.awsapps.com/start', token);
      expect((await scanAs('staging')).stderr.startsWith(advice('staging'))).toBe(true);
    });

    test('a login of the console without SSO: the advice is its own command', async () => {
      writeFileSync(join(folder, 'config'), '[profile prod]\nlogin_session = arn:aws:iam::111122223333:user/alice\n');
      expect((await scanAs('prod')).stderr).toMatch(/^portwatch: .*log in again with `aws login --profile prod`/);
    });

    test('with AWS_PROFILE the advice names its profile', async () => {
      const { AWS_ACCESS_KEY_ID: _a, AWS_SECRET_ACCESS_KEY: _b, ...environment } = emulators.environment;
      const { stderr } = await runCli(['scan'], {
        ...environment,
        AWS_CONFIG_FILE: join(folder, 'config'),
        AWS_PROFILE: 'staging',
      });
      expect(stderr).toMatch(
        /^portwatch: The AWS login of profile staging has ended; log in again with `aws sso login --profile staging`/,
      );
    });
  });

  test('a profile that gives no credentials: the advice is true for a profile that exists, too', async () => {
    writeFileSync(join(folder, 'config'), '[profile prod]\ncredential_process = /bin/false\n');
    expect((await scanAs('prod')).stderr).toContain(
      'with credentials that `aws sts get-caller-identity --profile prod` accepts. The AWS SDK says: ',
    );
  });
});
