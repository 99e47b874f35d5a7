/** A wrong input is refused before AWS is needed: no request is sent, and all problems of the input are in one message. */
import dns from 'node:dns';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { startStsEmulator } from '../../emulators/sts.ts';
import { runCli } from './run-cli.ts';

let requests = 0;
const server = createServer((_, response) => {
  requests += 1;
  response.writeHead(500).end();
});
let env: Record<string, string>;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  env = {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'x',
    AWS_SECRET_ACCESS_KEY: 'x',
  };
});

afterAll(() => void server.close());

const notUnderstood = (what: string, text: string) =>
  `The ${what} "${text}" is not understood; expected a time such as 2026-11-20, "2026-11-20 14:00", 2026-11-20T14:00:00Z, "yesterday 14:00", "2h ago" or 7d`;

const notPort =
  '"mysqll" is not a port or a service that Portwatch knows; expected one such as 22, tcp/22, "udp 53", 8000-9000, ssh, mysql, icmp or all; did you mean mysql?';
const notAddress =
  'The address "10.0.0.0/33" is not valid; expected an IPv4 or IPv6 address or network, such as 203.0.113.7, 198.51.100.0/24 or 2001:db8::/32';

test.each<[string[], string]>([
  [
    ['approve'],
    'Nothing was approved: (1) expected the name of an instance, or --all --current; (2) expected --from with networks, such as 198.51.100.0/24, or anywhere, or lightsail-connect; (3) expected ports, such as 22 or 8000-9000, or --protocol for all of its ports, or --current; (4) expected --reason "…": alerts show why the exposure may be open.',
  ],
  [
    ['approve', '*', '22', '--from', 'anywhere'],
    'Nothing was approved: (1) expected --reason "…": alerts show why the exposure may be open; (2) it approves the whole internet for all instances; --anyway approves it all the same.',
  ],
  [
    ['revoke', 'a-0123456789', '--reason', 'x'.repeat(201)],
    '--reason has 201 characters; expected at most 200. Nothing was revoked.',
  ],
  [['restore', 'web-1', '--to', 'soon'], `${notUnderstood('--to', 'soon')}.`],
  [['at', 'web-1', 'soon'], `${notUnderstood('time', 'soon')}.`],
  [
    ['diff', 'web-1', 'soon', 'later'],
    `(1) ${notUnderstood('first time', 'soon')}; (2) ${notUnderstood('second time', 'later')}.`,
  ],
  [
    ['history', '--since', 'soon', '--until', 'later'],
    `(1) ${notUnderstood('--since', 'soon')}; (2) ${notUnderstood('--until', 'later')}.`,
  ],
  [['export', '--since', 'soon'], `${notUnderstood('--since', 'soon')}.`],
  [
    ['exposed', 'mysqll', '--from', '10.0.0.0/33', '--at', 'soon'],
    `(1) ${notPort}; (2) ${notAddress}; (3) ${notUnderstood('--at', 'soon')}.`,
  ],
  [
    ['report', '--since', 'soon', '--out', '/nonexistent/report.html'],
    `(1) ${notUnderstood('--since', 'soon')}; (2) The report could not be written to /nonexistent/report.html: its folder does not exist; choose another path with --out.`,
  ],
  [
    ['test-alert', '--region', 'Frankfurt'],
    "option '--region <name>' argument 'Frankfurt' is invalid. Expected one region, such as eu-west-1 (aws lightsail get-regions lists those of Lightsail). npm run portwatch -- test-alert --help lists the options.",
  ],
  [
    ['template', '--region', 'Frankfurt'],
    "option '--region <name>' argument 'Frankfurt' is invalid. Expected one region, such as eu-west-1 (aws lightsail get-regions lists those of Lightsail). npm run portwatch -- template --help lists the options.",
  ],
])('%j', async (args, sentence) => {
  requests = 0;
  expect(await runCli(args, env)).toEqual({ code: 2, stdout: '', stderr: `portwatch: ${sentence}\n` });
  expect(requests).toBe(0);
});

test.each([[['status']], [['scan', '--deployed']]])(
  '%j refuses a variable TZ that is not known, and starts no scan',
  async (args) => {
    const before = process.env['TZ'];
    process.env['TZ'] = 'JST-9';
    requests = 0;
    try {
      const { code, stderr } = await runCli(args, env);
      expect([code, requests]).toEqual([2, 0]);
      expect(stderr).toContain('The time zone of the variable TZ, "JST-9", is not known here');
    } finally {
      if (before === undefined) delete process.env['TZ'];
      else process.env['TZ'] = before;
    }
  },
);

test.each([[['scan']], [['scan', '--deployed']], [['status']], [['history']], [['test-alert']], [['doctor']]])(
  '%j with a region that does not exist says what was got, which regions there are, and what to do',
  async (args) => {
    const sts = await startStsEmulator({ account: '111122223333' });
    const lookup = jest.spyOn(dns, 'lookup').mockImplementation(((host: string, ...rest: unknown[]) => {
      const error = Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND', hostname: host });
      (rest.at(-1) as (error: Error) => void)(error);
    }) as never);
    try {
      const { AWS_ENDPOINT_URL: _, ...others } = env;
      const { code, stdout, stderr } = await runCli(args, {
        ...others,
        AWS_ENDPOINT_URL_STS: sts.url,
        AWS_REGION: 'no-where-1',
      });
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(
        /^portwatch: AWS has no region no-where-1, or the network cannot find it\. Correct the option, AWS_REGION or the profile; the regions of Lightsail known here are ap-east-1, .*eu-west-1, .*\. The AWS SDK says: /,
      );
    } finally {
      lookup.mockRestore();
      await sts.close();
    }
  },
);
