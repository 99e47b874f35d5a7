import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type LambdaEmulator, startLambdaEmulator } from '../../../emulators/lambda.ts';
import type { ScanRecord } from '../../../lambda/scan/interfaces.ts';
import { entryOf } from '../../scan/entries.ts';
import { scanRecordOf } from '../../scan/scan-records.ts';
import { setAwsClock, withMachineClock } from '../aws-clock.ts';
import { account, type DeployedAccount, startDeployedAccount, tableName } from '../deployed-account.ts';
import { runHere } from '../run-cli.ts';

let deployed: DeployedAccount;
let lambda: LambdaEmulator;

beforeEach(async () => {
  lambda = await startLambdaEmulator();
  deployed = await startDeployedAccount({ AWS_ENDPOINT_URL_LAMBDA: lambda.url });
});

afterEach(async () => {
  await Promise.all([deployed.close(), lambda.close()]);
});

const whole = { skipped: false, complete: true, instancesListed: 2, instancesRead: 2, alerts: 1 };
const startedAt = '2026-11-23T10:05:00.000Z';
const resource = { account, region: 'eu-west-1', instanceName: 'web-1' };

/** Replaces the deployed scan: it only writes the result and returns. */
function deployScan(result: unknown, noted: Partial<ScanRecord> | null = {}): void {
  lambda.setFunction('Portwatch-Scan', async (payload) => {
    expect(payload).toBe('{}');
    if (noted === null) return result;
    const change = entryOf(resource, 2, '2026-11-23T10:05:02.120Z', { changedAfter: '2026-11-23T10:00:03.001Z' });
    await deployed.store.putEntry(entryOf(resource, 1, '2026-11-23T10:00:00.000Z'));
    await deployed.store.putEntry(change);
    await deployed.store.putScan(
      scanRecordOf(account, startedAt, { endedAt: '2026-11-23T10:05:03.000Z', changes: 1, alerts: 1, ...noted }),
      null,
    );
    return result;
  });
}

describe('portwatch scan --deployed', () => {
  test('starts the deployed scan and says what it recorded, by its own note and not by the clock of this machine', async () => {
    deployScan(whole);
    const { code, stdout, stderr } = await deployed.run('scan', '--deployed', '--utc');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(
      [
        '2026-11-23 10:05:02 UTC  MEDIUM  web-1  eu-west-1',
        '    opened tcp 22 (SSH) from 198.51.100.0/24',
        '    because tcp 22 is open to a public network',
        '    between 2026-11-23 10:00:03 UTC and 2026-11-23 10:05:02 UTC',
        '    by: not known',
        '',
        'Portwatch-Scan: read 2 of 2 instances, complete; 1 alert sent.',
        '',
      ].join('\n'),
    );
  });

  test('--json, and --exit-code for what was recorded', async () => {
    deployScan(whole);
    const { code, stdout } = await deployed.run('scan', '--deployed', '--json', '--exit-code', 'medium');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'portwatch.scan-deployed/1',
      account,
      functionName: 'Portwatch-Scan',
      ...whole,
      scan: { startedAt, notRead: [], regionsFailed: {} },
      changes: [{ at: '2026-11-23T10:05:02.120Z', kind: 'changed', instanceName: 'web-1' }],
    });
  });

  test('P4: what could not be read is named, and ends with 2', async () => {
    deployScan(
      { ...whole, instancesRead: 1 },
      { notRead: ['eu-west-1#web-2'], regionsFailed: { 'us-east-1': 'throttled' } },
    );
    const { code, stdout } = await deployed.run('scan', '--deployed');
    expect(code).toBe(2);
    expect(stdout).toContain(
      'Could not be read: web-2 (eu-west-1).\n\nRegions that could not be listed: us-east-1 (throttled).\n',
    );
  });

  test.each<[string, Partial<ScanRecord> | null, string]>([
    ['without a note of the scan', null, 'The scan left no note of itself in the table'],
    [
      'if the index lacks a recorded change',
      { changes: 3 },
      '2 recorded changes missing here; npm run portwatch -- history',
    ],
  ])('P4: %s the answer never says that nothing changed, and the command ends with 2', async (_, noted, sentence) => {
    deployScan(whole, noted);
    const { code, stdout } = await deployed.run('scan', '--deployed');
    expect([code, stdout]).toEqual([2, expect.stringContaining(sentence)]);
    expect(stdout).not.toContain('Nothing changed.');
  });

  test('says so when another scan was running', async () => {
    deployScan({ ...whole, skipped: true }, null);
    const { code, stdout } = await deployed.run('scan', '--deployed');
    expect(code).toBe(2);
    expect(stdout).toBe(
      'Another scan was running, so Portwatch-Scan did nothing; repeat the command when that one is over: it takes seconds to minutes.\n',
    );
  });

  test.each([
    [
      'a scan that ended with an error',
      () => lambda.setFunction('Portwatch-Scan', () => Promise.reject(new Error('No scan: no table.'))),
      /^portwatch: The scan ended with an error; the log group of Portwatch-Scan has the details\. The function reported: Error: No scan: no table\.\n$/,
    ],
    [
      'no such function',
      () => undefined,
      /^portwatch: There is no function Portwatch-Scan in eu-west-1; name it with --function, and its region with --stack-region\. /,
    ],
    [
      'a function that is none of ours',
      () => lambda.setFunction('Portwatch-Scan', async () => 'hello'),
      /^portwatch: Portwatch-Scan did not answer like the scan function of Portwatch; name that function with --function /,
    ],
    [
      'no permission',
      () =>
        lambda.addFault({
          kind: 'error',
          name: 'AccessDeniedException',
          status: 403,
          message: 'no',
          operation: 'Invoke',
        }),
      /^portwatch: Function Portwatch-Scan in eu-west-1 could not be invoked; allow lambda:InvokeFunction on it, or give --function\. /,
    ],
    [
      'as many as may run at once',
      () =>
        lambda.addFault({
          kind: 'error',
          name: 'TooManyRequestsException',
          status: 429,
          message: 'Rate',
          operation: 'Invoke',
        }),
      /^portwatch: Lambda starts no other Portwatch-Scan for now, since a scan is running; repeat the command when it is over\. /,
    ],
  ])('%s is one sentence and exit code 2', async (_, arrange, sentence) => {
    arrange();
    const { code, stdout, stderr } = await deployed.run('scan', '--deployed');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(sentence);
  });

  test('more than one profile, or a region to read, does not go with it', async () => {
    expect((await deployed.run('scan', '--deployed', '--profile', 'a', '--profile', 'b')).stderr).toBe(
      'portwatch: Option --profile was given 2 times; expected it once with --deployed.\n',
    );
    expect((await deployed.run('scan', '--deployed', '--region', 'eu-west-1')).stderr).toContain(
      'cannot be used with option',
    );
  });

  test('P6: on a machine whose clock is an hour behind, the answer is rated with the settings of now by the clock of AWS', async () => {
    const hour = 3_600_000;
    const begun = Date.now();
    setAwsClock(hour);
    deployScan(whole);
    const { code } = await withMachineClock(() => deployed.run('scan', '--deployed', '--table', tableName));
    jest.restoreAllMocks();
    expect(code).toBe(0);
    const asked = deployed.dynamodb.calls().map(({ params }) => JSON.stringify(params));
    const [until = ''] = asked.flatMap((text) => /SETTINGS#.*?"(\d{4}-[^#"]*Z)#/.exec(text)?.[1] ?? []);
    expect(Date.parse(until)).toBeGreaterThanOrEqual(begun + hour);
  });

  test('Ctrl-C ends the waiting, and the message says that the scan continues', async () => {
    let isAsked = () => {};
    const asked = new Promise<void>((resolve) => {
      isAsked = resolve;
    });
    lambda.setFunction('Portwatch-Scan', () => {
      isAsked();
      return new Promise(() => {});
    });
    const interruption = new AbortController();
    const ended = runHere(['scan', '--deployed', '--table', tableName], { interrupted: interruption.signal });
    await asked;
    interruption.abort();
    expect(await ended).toEqual({
      code: 130,
      stdout: '',
      stderr: 'Interrupted. The scan continues in AWS, and records its results.\n',
    });
  });
});
