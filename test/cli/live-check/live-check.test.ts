/** The live check on the stand-ins, with both behaviours of each point. It must distinguish them, and restore the firewall. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { CommandContext } from '../../../cli/command-context.ts';
import { isolateEnvironment } from '../../../cli/demo/isolate-environment.ts';
import { buildLiveCheck } from '../../../cli/live-check/live-check-command.ts';
import { runProgram } from '../../../cli/run-portwatch.ts';
import { buildTerminal } from '../../../cli/text/terminal.ts';
import { startCloudTrailEmulator } from '../../../emulators/cloudtrail.ts';
import {
  defaultReadings,
  type LightsailReadings,
  readings,
} from '../../../emulators/lightsail/undocumented-behaviour.ts';
import { type EmulatedRequest, type LightsailEmulator, startLightsailEmulator } from '../../../emulators/lightsail.ts';
import { startStsEmulator } from '../../../emulators/sts.ts';
import { httpFromAnywhere, sshFromAnywhere } from '../../scan/samples.ts';
import { closeAfterTests } from '../../support/close-after-tests.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const entry = fileURLToPath(new URL('../../../bin/check-live.ts', import.meta.url));
const account = '111122223333';
const region = 'eu-west-1';
const caller = `arn:aws:iam::${account}:user/emulated`;
const folder = temporaryFolder();
const file = join(folder, 'report.json');
const original = [sshFromAnywhere, { ...httpFromAnywhere, cidrs: ['198.51.100.0/24'] }];
const flag = '--i-know-it-is-changed';

let lightsail: LightsailEmulator;
let leave: () => void;

const cloudtrail = await closeAfterTests(startCloudTrailEmulator());
const sts = await closeAfterTests(startStsEmulator({ account }));

beforeEach(async () => {
  const regions = [region, 'ap-east-1'];
  lightsail = await startLightsailEmulator({ account, regions, notEnabledRegions: ['ap-east-1'] });
  lightsail.addInstance({ region, name: 'spare', portStates: original });
  lightsail.onRequest((request) => addRecord(request, {}));
  cloudtrail.clearRecords();
  leave = isolateEnvironment({
    AWS_ENDPOINT_URL_LIGHTSAIL: lightsail.url,
    AWS_ENDPOINT_URL_CLOUDTRAIL: cloudtrail.url,
    AWS_ENDPOINT_URL_STS: sts.url,
    AWS_ACCESS_KEY_ID: 'EMULATED',
    AWS_SECRET_ACCESS_KEY: 'emulated',
    AWS_REGION: region,
  });
});

afterEach(async () => {
  leave();
  await lightsail.close();
});

const invalid = 70_000;
let events = 0;

/** CloudTrail's record of a change. `odd`: the fields that differ from the assumptions of Portwatch. */
function addRecord({ operation, params }: EmulatedRequest, odd: { failed?: object; succeeded?: object }) {
  if (!/^(Open|Close|Put)/.test(operation)) return;
  events += 1;
  const isFailed = JSON.stringify(params).includes(`${invalid}`);
  const record = {
    eventID: `e-${events}`,
    eventTime: `${new Date().toISOString().slice(0, 19)}Z`,
    eventSource: 'lightsail.amazonaws.com',
    awsRegion: region,
    recipientAccountId: account,
    eventName: operation,
    requestParameters: params,
    userIdentity: { type: 'IAMUser', arn: caller },
    ...(isFailed && { errorCode: 'InvalidInputException' }),
    ...(isFailed ? odd.failed : odd.succeeded),
  };
  cloudtrail.addRecord({ region, record });
}

const fast = { pauseMs: 5, showsWithinMs: 60_000, soonMs: 60_000, recordsWithinMs: 100 };

async function check(
  args: string[],
  limits = fast,
  interrupted = new AbortController().signal,
  onOutput: (text: string) => void = () => undefined,
) {
  let [stdout, stderr] = ['', ''];
  const terminal = buildTerminal(
    {
      stdout: {
        write(text) {
          stdout += text;
          onOutput(text);
        },
      },
      stderr: { write: (text) => (stderr += text) },
    },
    {},
  );
  const all = ['--instance', 'spare', '--region', region, '--report', file, ...args];
  const code = await runProgram((context) => buildLiveCheck(context, limits), all, terminal, interrupted, false);
  return { code, stdout, stderr };
}

test.each([
  [['--nope'], "portwatch: unknown option '--nope'. npm run check:live -- --help lists the options.\n"],
  [
    [],
    'portwatch: (1) expected --instance with the name of an instance that nobody needs; (2) expected --region with the region of the instance, such as eu-west-1; (3) The check changes the firewall of the instance for some minutes; expected --i-know-it-is-changed, and an instance that nobody needs. Nothing was changed.\n',
  ],
])('%j is refused with every problem, and without a request', async (args, sentence) => {
  let stderr = '';
  const terminal = buildTerminal({ stdout: { write: () => true }, stderr: { write: (text) => (stderr += text) } }, {});
  lightsail.clearCalls();
  const build = (context: CommandContext) => buildLiveCheck(context, fast);
  // Without arguments the program prints its help.
  const given = args.length === 0 ? ['--report', file] : args;
  const code = await runProgram(build, given, terminal, new AbortController().signal, false);
  expect({ code, stderr }).toEqual({ code: 2, stderr: sentence });
  expect(lightsail.calls()).toEqual([]);
});

const rulesNow = () => lightsail.instances()[0]?.portStates;
const report = () => JSON.parse(readFileSync(file, 'utf8'));
const verdicts = () =>
  Object.fromEntries(report().points.map((point: { id: string; verdict: string }) => [point.id, point.verdict]));
const writes = () => lightsail.calls().filter(({ operation }) => /^(Open|Close|Put)/.test(operation)).length;

const ids = [
  ...['one-family', 'alias-alone', 'no-source', 'open-on-open-ports', 'close-with-sources', 'close-without-sources'],
  ...['close-a-part', 'bare-address', 'protocol-all', 'icmp', 'empty-put', 'empty-answer', 'read-delay', 'listing'],
  ...['region-not-enabled', 'record-of-a-refused-call', 'record-of-a-request', 'record-of-a-successful-call'],
  'record-of-the-caller',
];
const all = (verdict: string) => Object.fromEntries(ids.map((id) => [id, verdict]));

describe('the live check distinguishes the behaviours', () => {
  test('if everything is as Portwatch assumes, each point is confirmed', async () => {
    const { code, stdout, stderr } = await check([flag]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(verdicts()).toEqual(all('confirmed'));
    expect(report()).toMatchObject({ schema: 'portwatch.live-check/1', instanceName: 'spare', isPutBack: true });
    expect(rulesNow()).toEqual(original);
    expect(stdout).toContain(
      'confirmed: A request with sources of one address family opens the other one to anywhere (decisions D22, D33; lightsail-api).\n',
    );
    expect(stdout).toContain(`Set in lambda/contract/lightsail-behaviour.ts:
  missingFamily: 'world',
  aliasAlone: 'world',
  opening: 'adds',
  closing: 'sources',
  closingUnnamed: 'every-source',
The firewall of spare is what it was; 19 of 19 points are in ${file}.
`);
  });

  test('if everything is otherwise, each point is refuted', async () => {
    const others = Object.entries(readings).map(([point, { options }]) => [point, options[1]]);
    const other: LightsailReadings = Object.fromEntries(others);
    expect(Object.keys(other)).toEqual(Object.keys(defaultReadings));
    lightsail.setReadings(other);
    lightsail.setLateReads({ reads: 4 });
    lightsail.onRequest((request) =>
      addRecord(request, {
        failed: { errorCode: undefined, userIdentity: { arn: 'arn:other' } },
        succeeded: { errorCode: '', requestParameters: { instanceName: 'spare' } },
      }),
    );
    const { code, stdout } = await check([flag], { ...fast, soonMs: 5 });
    expect(code).toBe(0);
    expect(rulesNow()).toEqual(original);
    expect(stdout).toContain(
      "  missingFamily: 'none',\n  aliasAlone: 'none',\n  opening: 'replaces',\n  closing: 'ports',\n",
    );
    expect(verdicts()).toEqual(all('refuted'));
  });

  test('without records, and with an answer that fits nothing, a point is unclear', async () => {
    lightsail.onRequest(null);
    lightsail.addFault({ kind: 'error', name: 'AccessDeniedException', operation: 'CloseInstancePublicPorts' });
    const { code, stdout } = await check([flag], { ...fast, showsWithinMs: 100 });
    expect(code).toBe(0);
    expect(verdicts()).toMatchObject({
      'record-of-a-request': 'unclear',
      'record-of-the-caller': 'unclear',
      'empty-answer': 'unclear',
      'close-with-sources': 'unclear',
      'one-family': 'confirmed',
    });
    expect(stdout).toContain(
      'unclear: What is the answer if everything is closed? The answers fit none of the expected',
    );
    expect(rulesNow()).toEqual(original);
  });
});

describe('the live check changes nothing', () => {
  test.each<[string, () => unknown, string[], string]>([
    ['without the flag', () => 0, [], 'expected --i-know-it-is-changed, and an instance that nobody needs.'],
    [
      'without such an instance',
      () => lightsail.removeInstance({ region, name: 'spare' }),
      [flag],
      'has no instance spare',
    ],
    [
      'if the firewall could not certainly be put back',
      () => lightsail.setPortStates({ region, name: 'spare', portStates: [{ ...sshFromAnywhere, ipv6Cidrs: [] }] }),
      [flag],
      "The firewall of spare can't certainly be put back: its rule tcp 22 named no IPv6 sources",
    ],
    [
      'if everything is closed',
      () => lightsail.setPortStates({ region, name: 'spare', portStates: [] }),
      [flag],
      'it has no rule; expected rules that each name IPv4 and IPv6 sources. Nothing was changed.',
    ],
    [
      'if no port is free',
      () =>
        lightsail.setPortStates({
          region,
          name: 'spare',
          portStates: [{ ...sshFromAnywhere, protocol: 'all', fromPort: 0, toPort: 65535 }],
        }),
      [flag],
      'The firewall leaves no 200 tcp ports free above 40000',
    ],
  ])('%s', async (_title, prepare, args, sentence) => {
    prepare();
    const { code, stderr } = await check(args);
    expect([code, writes()]).toEqual([2, 0]);
    expect(stderr).toContain(sentence);
  });

  test('without its arguments', async () => {
    const { code, stderr } = await check(['--region', 'nowhere']);
    expect(code).toBe(2);
    expect(stderr).toContain(
      'Expected one region, such as eu-west-1 (aws lightsail get-regions lists those of Lightsail).',
    );
  });
});

describe('the firewall is put back', () => {
  test('after Ctrl-C in the middle of an experiment', async () => {
    const interruption = new AbortController();
    let opened = 0;
    lightsail.onRequest(({ operation }) => {
      if (operation === 'OpenInstancePublicPorts') opened += 1;
      if (opened === 3) interruption.abort();
    });
    const { code, stderr } = await check([flag], fast, interruption.signal);
    expect(code).toBe(130);
    expect(stderr).toMatch(/^Interrupted\. The firewall of spare is what it was; \d of 19 points are in /);
    expect(rulesNow()).toEqual(original);
    expect(report()).toMatchObject({ isPutBack: true });
  });

  test('after an error that nobody expected', async () => {
    let lines = 0;
    const { code, stderr } = await check([flag], fast, undefined, (text) => {
      if (text.startsWith('confirmed: ')) lines += 1;
      if (lines === 3) throw new Error('the disk is full');
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^portwatch: the disk is full\. The firewall of spare is what it was; 3 of 19 points are in /,
    );
    expect(rulesNow()).toEqual(original);
  });

  test('although the reader of the output has gone, and the process gets signals again and again', async () => {
    const child = spawn(
      process.execPath,
      [entry, ...['--instance', 'spare', '--region', region, '--report', file, flag]],
      {
        env: process.env,
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    child.stdout.once('data', () => child.stdout.destroy());
    child.stderr.resume();
    lightsail.onRequest(({ operation }) => {
      if (operation === 'CloseInstancePublicPorts')
        for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) child.kill(signal);
    });
    const [code] = await once(child, 'close');
    expect([code, rulesNow()]).toEqual([130, original]);
  });

  test('or the command that does it is printed', async () => {
    lightsail.addFault({ kind: 'error', name: 'AccessDeniedException', operation: 'PutInstancePublicPorts' });
    const { code, stderr } = await check([flag], { ...fast, showsWithinMs: 100 });
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /The firewall of spare is not what it was: Lightsail refused it: AccessDeniedException.* Put it back with: .* aws lightsail put-instance-public-ports --region eu-west-1 --instance-name spare --port-infos '\[\{"fromPort":22,/,
    );
    expect(report()).toMatchObject({ isPutBack: false });
  });
});
