import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { depth } from '../../support/depth.ts';
import { type Interruptible, runCli, startCli, startHere } from '../run-cli.ts';

/** A process of its own takes as long as the demo itself. */
const start = depth({ quick: startHere, full: startCli });

const folder = mkdtempSync(join(tmpdir(), 'portwatch-demo-'));
const report = join(folder, 'demo.html');

afterAll(() => rmSync(folder, { recursive: true }));

describe('the demo', () => {
  test('--json is one document with every scan, every message in all its forms, and the history', async () => {
    const file = join(folder, 'with-json.html');
    const { code, stdout, stderr } = await runCli(['demo', '--json', '--out', file]);
    expect([code, existsSync(file)]).toEqual([0, true]);
    expect(stderr).toBe(`   Wrote ${file}: 5 instances, 10 changes, 0.1 MB. Open it in a browser.\n\n`);
    const demo = JSON.parse(stdout);
    expect(Object.keys(demo)).toEqual(['scans', 'messages', 'history']);
    expect(demo.scans).toMatchObject([
      { skipped: false, complete: true, instancesListed: 5, instancesRead: 5, alerts: 2 },
      { skipped: false, complete: true, instancesListed: 5, instancesRead: 4, alerts: 2 },
      { skipped: false, complete: true, instancesListed: 5, instancesRead: 4, alerts: 3 },
      { skipped: false, complete: true, instancesListed: 5, instancesRead: 5, alerts: 2 },
    ]);
    expect(
      demo.messages.map(({ event }: { event: { alerts: { kind: string }[] } }) => event.alerts.map(({ kind }) => kind)),
    ).toEqual([
      ['monitoring-started', 'monitoring-started'],
      ['firewall-changed', 'firewall-changed'],
      ['unreadable'],
      ['attributed', 'attributed'],
      ['firewall-changed', 'readable-again'],
    ]);
    expect(demo.messages[1]).toEqual({
      subject: '[CRITICAL] demo web-1: tcp 22 opened to anywhere (eu-west-1), 1 more',
      email: expect.stringContaining('OPENED  tcp 22 (SSH)'),
      slack: expect.objectContaining({
        blocks: expect.arrayContaining([expect.objectContaining({ type: 'section' })]),
      }),
      event: expect.objectContaining({ schema: 'portwatch.digest/1' }),
    });
    expect(demo.history).toMatchObject([
      { pk: 'INSTANCE#123456789012#eu-west-1#web-1', kind: 'changed', verdict: 'narrowed' },
      { sk: expect.stringMatching(/#by$/), calls: [{ by: 'IAM user alice', name: 'OpenInstancePublicPorts' }] },
      { kind: 'changed', verdict: 'widened', opened: [{ protocol: 'tcp', from: 22, to: 22 }] },
      { kind: 'baseline', version: 1 },
    ]);
  });

  test('--json with the report on stdout as well is refused', async () => {
    expect(await runCli(['demo', '--json', '--out', '-'])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining(
        'Options --json and --out - both write to stdout; give --out the path of a file.',
      ),
    });
  });

  test.each([
    ['stdout', report],
    ['stderr, if the report goes to stdout', '-'],
  ] as const)(
    'Ctrl-C in the middle of the demo ends it with 130 and one sentence; the text is on %s',
    async (_, out) => {
      const interruption = new AbortController();
      const onOutput = (text: string) => text.includes('2. The first scan') && interruption.abort();
      const options = { interrupted: interruption.signal, onOutput };
      const { code, stdout, stderr } = await runCli(['demo', '--out', out], {}, options);
      expect(code).toBe(130);
      const shown = out === '-' ? stderr : stdout;
      expect(stderr.slice(out === '-' ? shown.indexOf('Interrupted') : 0)).toBe(
        'Interrupted. Nothing is left running.\n',
      );
      expect(shown).toContain('2. The first scan');
      expect(shown).not.toContain('5. The alert');
      if (out === '-') expect(stdout).toBe('');
    },
  );
});

describe('demo --stay', () => {
  let demo: Interruptible;

  beforeAll(() => {
    demo = start(['demo', '--stay', '--out', report], {
      AWS_PROFILE: 'nobody',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
      AWS_USE_FIPS_ENDPOINT: 'true',
    });
  });

  afterAll(async () => {
    demo.interrupt();
    await demo.ended;
  });

  test('shows the whole demo and writes a report, with no request to AWS, whatever the AWS variables are', async () => {
    const output = await demo.waitFor('The stand-ins stay up');
    expect(output).toContain(`Wrote ${report}: 5 instances, 10 changes, 0.1 MB. Open it in a browser.\n`);
    expect(readFileSync(report, 'utf8')).toContain('<title>Portwatch: demo, ');
    const headings = output.split('\n').filter((line) => /^\d\. /.test(line));
    expect(headings).toEqual([
      '1. The fleet: five instances in two regions',
      '2. The first scan records the current firewalls',
      '3. Changes in the account',
      '4. The next scans, 5 minutes apart (the demo moves its clock, so nobody waits)',
      '5. The alert',
      '6. The firewall is restored with the command of the mail',
      '7. The history of web-1 in DynamoDB',
    ]);
    expect(output).toContain('[CRITICAL] demo: watching 5 instances in 2 regions\n');
    expect(output).toContain('read 4 of 5 instances, 2 alerts in 1 message\n');
    expect(output).toContain('│ Subject: [CRITICAL] demo web-1: tcp 22 opened to anywhere (eu-west-1), 1 more\n');
    expect(output).toMatch(/│ {3}OPENED {2}tcp 22 \(SSH\) +from anywhere\n/);
    expect(output).toContain("[MEDIUM] demo db-1: firewall can't be read (service-error) (eu-west-1)\n");
    expect(output).toContain(
      '│   By: IAM user alice, from 198.51.100.7 (API, aws-cli/2.31.0), OpenInstancePublicPorts at ',
    );
    expect(output).toMatch(/Z#by +by +- +- +IAM user alice: OpenInstancePublicPorts\n/);
    expect(output).toMatch(/│ In Slack\n.*\n.*\n.*🚨 CRITICAL web-1 {2}eu-west-1/);
    expect(output).not.toMatch(/:rotating_light:|&amp;/);
    expect(output.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    expect(output).toMatch(/Z +changed +narrowed +low .*\n.*#by.*\n.*Z +changed +widened +critical /);
  });

  test('a second command reads the stand-ins, a change by hand is alerted, and Ctrl-C closes everything', async () => {
    const output = await demo.waitFor('INSTANCE#123456789012#us-east-1#hosting');
    expect(output).toContain('a scan runs every 2 seconds; Ctrl-C ends both');
    const exports = [...output.matchAll(/^export ([A-Z_]+)='?([^'\n]+?)'?$/gm)];
    const environment = Object.fromEntries(exports.map(([, name, value]) => [name, value ?? '']));
    const url = environment['AWS_ENDPOINT_URL_LIGHTSAIL'] ?? '';
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);

    const scan = await runCli(['scan'], environment);
    expect([scan.code, scan.stderr]).toEqual([0, '']);
    expect(scan.stdout).toContain('Read 5 of 5 instances in 2 regions');

    for (const question of ['status', 'history']) {
      const [, args = ''] = new RegExp(`^npm run portwatch -- (${question} .*)$`, 'm').exec(output) ?? [];
      const answer = await runCli(args.split(' '), environment);
      expect([answer.code, answer.stderr]).toEqual([0, '']);
      expect(answer.stdout).toContain('hosting');
    }

    const portStates = [{ fromPort: 6379, toPort: 6379, protocol: 'tcp', state: 'open', cidrs: ['0.0.0.0/0'] }];
    const body = JSON.stringify({ region: 'us-east-1', name: 'hosting', portStates });
    expect((await fetch(`${url}/_emulator/set-port-states`, { method: 'POST', body })).status).toBe(200);
    await demo.waitFor('[CRITICAL] demo hosting: tcp 6379 opened to anywhere (us-east-1)');

    demo.interrupt();
    const { code, stderr } = await demo.ended;
    expect([code, stderr]).toEqual([0, '']);
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });
});
