/** `portwatch approve` on stand-ins: the approvals that it writes, and every reason for which it writes nothing. */
import { Readable } from 'node:stream';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Command } from 'commander';
import type { CommandContext } from '../../../cli/command-context.ts';
import { type ApproveOptions, parseApprovalRequest } from '../../../cli/commands/approve/parse-approval-request.ts';
import { addApproveCommand } from '../../../cli/commands/approve.ts';
import type { Clock } from '../../../cli/time/clock.ts';
import { utc } from '../../../cli/time/zone.ts';
import { approvalsPartition, settingsKey, settingsPartition } from '../../../lambda/contract/table-keys.ts';
import { someFacts } from '../../scan/samples.ts';
import { closeAfterTests } from '../../support/close-after-tests.ts';
import { depth } from '../../support/depth.ts';
import { account, at, startSampleAccount } from '../deployed-account.ts';
import { runHere } from '../run-cli.ts';
import { deleteItems, loadTableApprovals } from '../table-approvals.ts';

const isFull = depth({ quick: false, full: true });
const deployed = await closeAfterTests(startSampleAccount());

/** Items that were put since the last test. The stand-in also logs a request that it refused. */
const puts = () =>
  deployed.dynamodb.calls().filter(({ operation, outcome }) => operation === 'PutItem' && outcome !== 400);

/** Removes faults and approvals, so that the sample history is left. */
afterEach(async () => {
  deployed.dynamodb.clearFaults();
  if (puts().length > 0) await deleteItems(deployed, approvalsPartition(account));
  deployed.dynamodb.clearCalls();
});

const world = ['0.0.0.0/0', '::/0'];
const me = `arn:aws:iam::${account}:user/emulated`;
const because = ['--reason', 'the office', '--utc'];
const approve = (...args: string[]) => deployed.run('approve', ...args, ...because);
const load = () => loadTableApprovals(deployed);

/** Returns the sentence on stderr. Asserts that the command ends with 2 and has written nothing. */
async function refusal(...args: string[]): Promise<string> {
  const before = puts().length;
  const { code, stderr } = await deployed.run('approve', ...args);
  expect({ code, written: puts().slice(before) }).toEqual({ code: 2, written: [] });
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  return stderr.trimEnd().replace(/^portwatch: /, '');
}

/** Parses the arguments as the command does before its first request, and returns the exposure to approve. */
function parseExposure(...args: string[]) {
  const exposures: unknown[] = [];
  const program = new Command();
  addApproveCommand(program, {} as CommandContext);
  program.commands[0]?.action((name: string, ports: string | undefined, options: ApproveOptions) => {
    const { request, problems } = parseApprovalRequest(name, ports, options, { now: 0, zone: utc } as Clock);
    expect(problems).toEqual([]);
    exposures.push(request.exposure);
  });
  program.parse(['approve', ...args, ...because], { from: 'user' });
  return exposures;
}

/** The exposures that are approved. Only the full depth writes them to the table, because the arguments alone decide. */
const approvedBy = depth({
  quick: async (...args: string[]) => parseExposure(...args),
  full: async (...args: string[]) => {
    expect((await approve(...args)).code).toBe(0);
    return (await load()).map(({ exposure }) => exposure);
  },
});

describe('one approval', () => {
  test('for ports and sources: the item has the caller, the reason, the region of the name and the whole last day', async () => {
    const { code, stdout, stderr } = await approve('web-1', '22', '--from', '198.51.100.0/24', '--until', '2999-01-31');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('tcp 22 (SSH) from 198.51.100.0/24');
    expect(stdout).toContain('Open now:\n  web-1 in eu-west-1: tcp 22 (SSH) from 198.51.100.0/24');
    expect(stdout).toContain('until 2999-01-31 23:59:59 UTC');
    const [written, ...more] = await load();
    expect(more).toEqual([]);
    expect(written).toEqual({
      id: expect.stringMatching(/^a-[0-9a-f]{10}$/),
      origin: 'command',
      instance: 'web-1',
      region: 'eu-west-1',
      account: null,
      arn: null,
      exposure: [{ protocol: 'tcp', from: 22, to: 22, sources: ['198.51.100.0/24'] }],
      reason: 'the office',
      by: me,
      from: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      until: '2999-01-31T23:59:59.999Z',
      revoked: null,
    });
    expect(stdout).toContain(`Approval ${written?.id}.`);
    expect(Math.abs(Date.now() - Date.parse(written?.from ?? ''))).toBeLessThan(600_000);
  });

  test.each<[string, string[], object[]]>([
    [
      'a list of ports',
      ['80,443'],
      [
        { protocol: 'tcp', from: 80, to: 80, sources: world },
        { protocol: 'tcp', from: 443, to: 443, sources: world },
      ],
    ],
    ['a service', ['mysql'], [{ protocol: 'tcp', from: 3306, to: 3306, sources: world }]],
    ['a port of udp', ['udp/53'], [{ protocol: 'udp', from: 53, to: 53, sources: world }]],
    ['a type of ICMP', ['icmp/8'], [{ protocol: 'icmp', from: 2048, to: 2303, sources: world }]],
    [
      'ports of a given protocol',
      ['100-200', '--protocol', 'udp'],
      [{ protocol: 'udp', from: 100, to: 200, sources: world }],
    ],
    [
      'a protocol that is not known, by its name alone',
      ['--protocol', 'unknown:sctp'],
      [{ protocol: 'unknown:sctp', from: 0, to: 65535, sources: world }],
    ],
    [
      'every protocol',
      ['all'],
      ['tcp', 'udp', 'icmp', 'icmpv6', 'other'].map((protocol) => ({ protocol, from: 0, to: 65535, sources: world })),
    ],
  ])('approves %s', async (_, args, exposure) => {
    const [ports, ...options] = args[0]?.startsWith('-') ? ['', ...args] : args;
    expect(await approvedBy('web-1', ...(ports ? [ports] : []), ...options, '--from', 'anywhere')).toEqual([exposure]);
  });

  test('sources are joined, and one that is no network is approved by its own name', async () => {
    await approve(
      'web-1',
      '22',
      '--from',
      '198.51.100.0/25,198.51.100.128/25',
      '--from',
      'unparsed:10.0.0.0/33, x',
      '--from',
      'lightsail-connect',
    );
    expect((await load())[0]?.exposure).toEqual([
      {
        protocol: 'tcp',
        from: 22,
        to: 22,
        sources: ['198.51.100.0/24', 'alias:lightsail-connect', 'unparsed:10.0.0.0/33, x'],
      },
    ]);
  });

  test('a pattern is for every instance of such a name, in every region or in one', async () => {
    expect((await approve('web-*', '22', '--from', '198.51.100.0/24')).code).toBe(0);
    expect((await approve('c*', '22', '--from', '198.51.100.0/24', '--region', 'us-east-1')).code).toBe(0);
    const scopes = (await load()).map(({ instance, region }) => [instance, region]);
    expect(scopes.sort()).toEqual([
      ['c*', 'us-east-1'],
      ['web-*', null],
    ]);
  });

  test('--json has the approval and what it covers, and --dry-run writes nothing', async () => {
    const { stdout, code } = await approve('web-2', '22', '--from', 'anywhere', '--json', '--dry-run');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'portwatch.approve/1',
      account,
      isDryRun: true,
      approvals: [
        { instance: 'web-2', by: me, severity: 'critical', covers: [{ instanceName: 'web-2', reach: [{ from: 22 }] }] },
      ],
      notApproved: [],
    });
    expect(await load()).toEqual([]);
  });

  test('what other approvals cover of it is shown', async () => {
    await approve('web-2', '22', '--from', '198.51.100.0/24');
    const [earlier] = await load();
    const { stdout } = await approve('web-2', '22', '--from', 'anywhere');
    expect(stdout).toContain(`approved already by ${earlier?.id}: tcp 22 (SSH) from 198.51.100.0/24`);
    expect(await load()).toHaveLength(2);
  });

  test('a put whose answer is lost is made once', async () => {
    deployed.dynamodb.addFault({ kind: 'lost-answer', operation: 'PutItem', times: 1 });
    expect((await approve('web-1', '22', '--from', '198.51.100.0/24')).code).toBe(0);
    expect(await load()).toHaveLength(1);
  });

  test('two people at once: both approvals are stored', async () => {
    const both = await Promise.all(['80', '443'].map((port) => approve('web-1', port, '--from', 'anywhere')));
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(await load()).toHaveLength(2);
  });
});

describe('--current', () => {
  test('approves what is open on the one instance, bound to its ARN', async () => {
    expect((await approve('web-2', '--current')).code).toBe(0);
    expect(await load()).toMatchObject([
      {
        instance: 'web-2',
        region: 'eu-west-1',
        arn: someFacts.arn,
        exposure: [
          { protocol: 'tcp', from: 22, to: 22, sources: world },
          { protocol: 'tcp', from: 80, to: 80, sources: world },
        ],
      },
    ]);
  });

  test('approves only the rest if a part is approved for as long already', async () => {
    await approve('web-2', '22', '--from', 'anywhere');
    await approve('web-2', '80', '--from', 'anywhere', '--until', '2999-01-01');
    await approve('web-2', '--current');
    const current = (await load()).find(({ arn }) => arn !== null);
    expect(current?.exposure).toEqual([{ protocol: 'tcp', from: 80, to: 80, sources: world }]);
  });

  test('--all approves each instance, worst first, leaves out what cannot be read, and waits for an answer', async () => {
    if (isFull) {
      const refused = await approve('--all', '--current');
      expect([refused.code, await load()]).toEqual([2, []]);
      expect(refused.stderr).toContain(
        'Nobody can answer, because stdin is no terminal; expected --yes. Nothing was approved.',
      );
    }
    const no = await runHere(['approve', '--all', '--current', ...because], { stdin: typed('n\n') });
    expect([no.code, await load()]).toEqual([2, []]);
    expect(no.stderr).toContain('Type yes to approve what is open on 4 instances: ');

    const yes = await runHere(['approve', '--all', '--current', ...because], { stdin: typed('yes\n') });
    expect(yes.code).toBe(0);
    expect(yes.stdout.match(/^(CRITICAL|LOW|MEDIUM).*? in \S+/gm)).toEqual([
      'CRITICAL  web-2 in eu-west-1',
      expect.stringMatching(/copy in eu-west-1$/),
      expect.stringMatching(/web-1 in eu-west-1$/),
      expect.stringMatching(/copy in us-east-1$/),
    ]);
    expect(yes.stdout).toContain(
      'Not approved: far in ap-south-1, because it cannot be read, so nobody knows what is open now.',
    );
    expect((await load()).map(({ instance, region }) => `${instance} ${region}`).sort()).toEqual([
      'copy eu-west-1',
      'copy us-east-1',
      'web-1 eu-west-1',
      'web-2 eu-west-1',
    ]);
    expect((await approve('--all', '--current', '--yes')).stderr).toContain('there is nothing to approve');
  });

  test('--yes does not wait, and --region limits --all', async () => {
    expect((await approve('--all', '--current', '--yes', '--region', 'us-east-1')).code).toBe(0);
    expect((await load()).map(({ instance, region }) => [instance, region])).toEqual([['copy', 'us-east-1']]);
  });

  test('Ctrl-C between two writes says what was approved and what was not', async () => {
    const interruption = new AbortController();
    deployed.dynamodb.clearCalls();
    const running = runHere(['approve', '--all', '--current', '--yes', ...because], {
      interrupted: interruption.signal,
      screen: { isTTY: true, columns: 200 },
      onOutput: (text) => {
        if (text.includes('approving 2 of 4')) interruption.abort();
      },
    });
    const { code, stderr } = await running;
    const written = await load();
    expect(code).toBe(130);
    expect(written).toHaveLength(2);
    expect(stderr).toMatch(/Interrupted\. Approved: web-2 \(a-\w+\), copy \(a-\w+\)\. Not approved: web-1, copy\./);
  });

  test('Ctrl-C at the question says that nothing was approved', async () => {
    const interruption = new AbortController();
    const stdin = Object.assign(new Readable({ read: () => undefined }), { isTTY: true });
    const { code, stderr } = await runHere(['approve', '--all', '--current', ...because], {
      interrupted: interruption.signal,
      stdin,
      onOutput: (text) => {
        if (text.includes('Type yes')) setImmediate(() => interruption.abort());
      },
    });
    expect([code, await load()]).toEqual([130, []]);
    expect(stderr).toContain('Interrupted. Nothing was approved.');
  });

  test('an error after the first write says the same', async () => {
    deployed.dynamodb.addFault({
      kind: 'error',
      name: 'AccessDeniedException',
      message: 'no',
      operation: 'PutItem',
      skip: 1,
    } as never);
    const { code, stderr } = await approve('--all', '--current', '--yes');
    expect(code).toBe(2);
    expect(stderr).toContain('allow dynamodb:PutItem on its partition APPROVALS#111122223333');
    expect(stderr).toMatch(/Approved: .*Not approved: /);
  });
});

/** A terminal on which a person types this text. */
const typed = (text: string) => Object.assign(Readable.from([text]), { isTTY: true });

describe('a problem ends with 2, one sentence, and nothing is written', () => {
  const from = ['--from', '198.51.100.0/24'];
  const reason = ['--reason', 'r'];

  test.each<[string, string[], string]>([
    ['no name', ['--from', 'anywhere', ...reason], 'expected the name of an instance, or --all --current'],
    ['no reason', ['web-1', '22', ...from], 'expected --reason "…"'],
    ['an empty reason', ['web-1', '22', ...from, '--reason', ' '], 'expected --reason "…"'],
    [
      'a long reason',
      ['web-1', '22', ...from, '--reason', 'x'.repeat(201)],
      '--reason has 201 characters; expected at most 200',
    ],
    ['no source', ['web-1', '22', ...reason], 'expected --from with networks'],
    ['no port', ['web-1', ...from, ...reason], 'expected ports, such as 22'],
    ['a port that is none', ['web-1', 'sssh', ...from, ...reason], '"sssh" is not a port or a service'],
    [
      'a network that names a host',
      ['web-1', '22', '--from', '198.51.100.7/24', ...reason],
      'expected 198.51.100.0/24 for the network or 198.51.100.7/32 for the host',
    ],
    [
      'a network that is none',
      ['web-1', '22', '--from', '10.0.0.0/33', ...reason],
      '--from 10.0.0.0/33 is not a network',
    ],
    ['an unknown protocol', ['web-1', '22', '--protocol', 'sctp', ...from, ...reason], '--protocol sctp is not known'],
    [
      'two protocols',
      ['web-1', 'udp/53', '--protocol', 'tcp', ...from, ...reason],
      'the ports name the protocol udp, and --protocol names tcp; expected the protocol in one place only',
    ],
    ['a port of ICMP', ['web-1', '8', '--protocol', 'icmp', ...from, ...reason], 'icmp has no ports'],
    [
      'an end that is no time',
      ['web-1', '22', ...from, ...reason, '--until', 'soon'],
      'The --until "soon" is not understood',
    ],
    ['--all without --current', ['--all', ...reason], '--all approves what is open now, with --current'],
    [
      '--all with a name',
      ['web-1', '--all', '--current', ...reason],
      '--all is about every instance; expected no name, got web-1',
    ],
    [
      '--current with a port',
      ['web-1', '22', '--current', ...reason],
      '--current approves what is open now; expected no ports',
    ],
    [
      'an end in the past',
      ['web-1', '22', ...from, ...reason, '--until', '2026-01-01', '--utc'],
      'the approval would end on 2026-01-01T23:59:59.999Z, in the past',
    ],
    ['an unknown name', ['wbe-1', '22', ...from, ...reason], 'there is no instance wbe-1; did you mean web-1?'],
    ['a deleted instance', ['db-1', '22', ...from, ...reason], 'there is no instance db-1;'],
    [
      'a name in two regions',
      ['copy', '22', ...from, ...reason],
      'instances in eu-west-1 and us-east-1 have the name copy; choose one with --region eu-west-1 or us-east-1',
    ],
    [
      'a name of another region',
      ['far', '22', ...from, ...reason, '--region', 'us-east-1'],
      'there is no instance far in us-east-1; expected --region ap-south-1',
    ],
    ['a pattern that matches nothing', ['x*', '22', ...from, ...reason], 'there is no instance x*;'],
    [
      'the whole internet for all instances',
      ['*', '22', '--from', 'anywhere', ...reason],
      'it approves the whole internet for all instances; --anyway approves it all the same',
    ],
    [
      'another account',
      ['web-1', '22', ...from, ...reason, '--account', '999999999999'],
      `The table knows no account 999999999999; it knows ${account}.`,
    ],
    ['what is open is not known', ['far', '--current', ...reason], 'far in ap-south-1: it cannot be read'],
  ])('%s', async (_, args, sentence) => {
    expect(await refusal(...args)).toContain(sentence);
  });

  test('all problems of the input at once, and then all that the table and the time of AWS show', async () => {
    expect(await refusal('wbe-1', '22', '--from', '10.0.0.0/33', '--until', '2026-01-01', '--utc')).toMatch(
      /^Nothing was approved: \(1\) .*10\.0\.0\.0\/33.*; \(2\) .*--reason[^;]*$/,
    );
    expect(await refusal('wbe-1', '22', ...from, ...reason, '--until', '2026-01-01', '--utc')).toMatch(
      /^Nothing was approved: \(1\) .*in the past.*; \(2\) .*wbe-1/,
    );
  });

  test('approvals from the configuration only', async () => {
    await deployed.put({
      ...settingsKey(account, at('10:00')),
      schema: 1,
      hash: 'second',
      settings: { highRiskPorts: [22], approvalsByCommand: false },
    });
    const sentence = await refusal('web-1', '22', ...from, ...reason);
    await deleteItems(deployed, settingsPartition(account), at('09:01'));
    expect(sentence).toContain(
      'the deployment allows approvals from the configuration only (approvalsByCommand is false)',
    );
  });

  test('credentials that may not write: the action and the partition are named', async () => {
    deployed.dynamodb.addFault({ kind: 'error', name: 'AccessDeniedException', message: 'no', operation: 'PutItem' });
    expect(await refusal('web-1', '22', ...from, ...reason)).toMatch(
      /allow dynamodb:PutItem on its partition APPROVALS#111122223333\. .* Nothing was approved\./,
    );
  });
});

test('--anyway approves the whole internet for all instances', async () => {
  expect((await approve('*', '22', '--from', 'anywhere', '--anyway')).code).toBe(0);
  expect(await load()).toMatchObject([{ instance: '*', region: null }]);
});

test('what is approved already for as long is not approved again, and an approval that ends earlier does not count', async () => {
  await approve('*', '22', '--from', '198.51.100.0/24');
  const [first] = await load();
  const again = await approve('web-1', '22', '--from', '198.51.100.7', '--until', '2999-01-01');
  expect([again.code, (await load()).length]).toEqual([2, 1]);
  expect(again.stderr).toContain(`the whole exposure is approved already, by ${first?.id}.`);
  await approve('web-1', '443', '--from', 'anywhere', '--until', '2998-01-01');
  expect((await approve('web-1', '443', '--from', 'anywhere', '--until', '2999-01-01')).code).toBe(0);
});

test('an approval that cannot be read ends with 2, after the new one was written', async () => {
  await deployed.put({ pk: `APPROVALS#${account}`, sk: 'a-1', schema: 9 });
  const { code, stderr } = await approve('web-1', '22', '--from', '198.51.100.0/24');
  expect([code, (await load()).length]).toEqual([2, 1]);
  expect(stderr).toContain('Approvals that this version of Portwatch cannot read approve nothing: a-1');
});
