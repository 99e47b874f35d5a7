import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { renderGuardedCommand, restoreCommand } from '../../lambda/alerts/restore-command.ts';
import { lightsailBehaviour } from '../../lambda/contract/lightsail-behaviour.ts';
import { compareFirewalls, diffFirewalls, type PortState } from '../../lambda/firewall/index.ts';
import { depth } from '../support/depth.ts';
import { account, http, rule, sshToOffice, sshToWorld } from './fixtures.ts';
import { runWithFakeAws } from './shell.ts';

const request = {
  account,
  region: 'eu-west-1',
  instanceName: 'web-1',
  ipAddressType: 'dualstack',
  rulesAfter: [rule('udp', 1194, ['0.0.0.0/0'], ['::/0'])],
};

function restore(rulesBefore: PortState[] | null, rest: Partial<Parameters<typeof restoreCommand>[0]> = {}) {
  return restoreCommand({ ...request, rulesBefore, ...rest }, lightsailBehaviour);
}

describe('the restore command', () => {
  test('names every rule with sources of both families', () => {
    expect(restore([http, sshToOffice])).toEqual({
      command:
        'aws lightsail put-instance-public-ports --region eu-west-1 --instance-name web-1 --port-infos ' +
        `'[{"fromPort":80,"toPort":80,"protocol":"tcp","cidrs":["0.0.0.0/0"],"ipv6Cidrs":["::/0"]},` +
        `{"fromPort":22,"toPort":22,"protocol":"tcp","cidrs":["198.51.100.0/24"],"ipv6Cidrs":["2001:db8::/32"]}]'`,
      effect: 'replaces the whole firewall with what it was, because ports or sources have to be opened again',
      note: null,
    });
  });

  test('closes only what is new, beside a rule of one address family', () => {
    const ipv4Only = rule('tcp', 443, ['198.51.100.0/24']);
    expect(restore([ipv4Only], { rulesAfter: [ipv4Only, sshToWorld] })).toEqual({
      command:
        'aws lightsail close-instance-public-ports --region eu-west-1 --instance-name web-1 --port-info ' +
        `'{"fromPort":22,"toPort":22,"protocol":"tcp","cidrs":["0.0.0.0/0"],"ipv6Cidrs":["::/0"]}'`,
      effect:
        'closes tcp 22 (SSH) and leaves every other rule as it is; AWS does not document what closing does with the sources of a rule',
      note: null,
    });
  });

  test.each<[string, PortState, object]>([
    [
      'protocol "-1" becomes all, over all ports',
      { ...sshToWorld, protocol: '-1', fromPort: -1, toPort: -1 },
      { protocol: 'all', fromPort: 0, toPort: 65535 },
    ],
    [
      'upper case becomes lower case',
      { ...sshToWorld, protocol: 'TCP' },
      { protocol: 'tcp', fromPort: 22, toPort: 22 },
    ],
    [
      'icmp6 becomes icmpv6',
      { ...sshToWorld, protocol: 'icmp6', fromPort: 128, toPort: 0 },
      { protocol: 'icmpv6', fromPort: 128, toPort: 0 },
    ],
    [
      'ping keeps its type and code',
      { ...sshToWorld, protocol: 'icmp', fromPort: 8, toPort: -1 },
      { protocol: 'icmp', fromPort: 8, toPort: -1 },
    ],
    [
      'the browser SSH alias is named beside the sources',
      { ...sshToWorld, cidrListAliases: ['lightsail-connect'] },
      { protocol: 'tcp', cidrListAliases: ['lightsail-connect'] },
    ],
    ['a range from port 0 is kept', { ...sshToWorld, fromPort: 0, toPort: 65535 }, { fromPort: 0, toPort: 65535 }],
  ])('%s', (_title, before, expected) => {
    const { command } = restore([before]);
    const [call] = runWithFakeAws(command ?? 'false', account).calls;
    expect(JSON.parse(call?.at(-1) ?? 'null')).toEqual([expect.objectContaining(expected)]);
  });

  test('two rules for the same ports, one for each family, become one rule with both families', () => {
    const { command } = restore([rule('tcp', 443, ['198.51.100.7/32']), rule('tcp', 443, [], ['2001:db8::7/128'])]);
    expect(command).toContain('"cidrs":["198.51.100.7/32"],"ipv6Cidrs":["2001:db8::7/128"]');
  });

  test('if all was closed before, each present rule is closed once', () => {
    expect(restore([], { rulesAfter: [sshToWorld, sshToOffice, rule('udp', 53, ['0.0.0.0/0'])] })).toEqual({
      command:
        'aws lightsail close-instance-public-ports --region eu-west-1 --instance-name web-1 --port-info ' +
        `'{"fromPort":22,"toPort":22,"protocol":"tcp","cidrs":["0.0.0.0/0","198.51.100.0/24"],"ipv6Cidrs":["::/0","2001:db8::/32"]}' && ` +
        'aws lightsail close-instance-public-ports --region eu-west-1 --instance-name web-1 --port-info ' +
        `'{"fromPort":53,"toPort":53,"protocol":"udp","cidrs":["0.0.0.0/0"]}'`,
      effect: 'closes tcp 22 (SSH), udp 53 (DNS); AWS does not document what closing does with the sources of a rule',
      note: null,
    });
  });

  test('a command that closes ports does not depend on their sources', () => {
    expect(restore([], { rulesAfter: [{ fromPort: 22, toPort: 22, protocol: 'tcp' }] }).command).toMatch(
      /close-instance/,
    );
  });
});

describe('there is no command, and the note has the reason', () => {
  const family = 'and AWS does not document what Lightsail opens for an address family without sources';
  test.each<[string, unknown, string]>([
    ['the rules before are not known', null, 'the rules before the change are not known'],
    ['IPv4 sources only', [rule('tcp', 22, ['0.0.0.0/0'])], `its rule tcp 22 named no IPv6 sources, ${family}`],
    ['IPv6 sources only', [rule('tcp', 22, [], ['::/0'])], `its rule tcp 22 named no IPv4 sources, ${family}`],
    [
      'one of several rules has no IPv6 sources',
      [http, rule('tcp', 22, ['0.0.0.0/0'])],
      `its rule tcp 22 named no IPv6 sources, ${family}`,
    ],
    [
      'icmp with IPv4 sources only',
      [{ ...rule('icmp', 8, ['0.0.0.0/0']), toPort: -1 }],
      `its rule icmp 8 to -1 named no IPv6 sources, ${family}`,
    ],
    [
      'icmpv6 is no exception',
      [{ ...rule('icmpv6', 128, [], ['::/0']), toPort: 0 }],
      `its rule icmpv6 128 to 0 named no IPv4 sources, ${family}`,
    ],
    [
      'an alias alone',
      [{ ...rule('tcp', 22, []), cidrListAliases: ['lightsail-connect'] }],
      `its rule tcp 22 named no IPv4 and no IPv6 sources, ${family}`,
    ],
    [
      'no source list at all',
      [{ fromPort: 80, toPort: 80, protocol: 'tcp', state: 'open' }],
      'its rule tcp 80 named no source at all',
    ],
    ['an unknown protocol', [{ ...sshToWorld, protocol: 'sctp' }], 'its rule sctp 22 has a protocol that is not known'],
    [
      'a protocol of an odd name',
      [{ ...sshToWorld, protocol: 'constructor' }],
      'its rule constructor 22 has a protocol that is not known',
    ],
    [
      'no protocol',
      [{ fromPort: 1, toPort: 1, cidrs: ['0.0.0.0/0'], ipv6Cidrs: ['::/0'] }],
      'its rule none 1 has a protocol that is not known',
    ],
    [
      'an unknown field',
      [{ ...sshToWorld, schedule: 'nights' }],
      'its rule tcp 22 has a field "schedule" that is not known',
    ],
    [
      'a state other than open',
      [http, { ...sshToWorld, state: 'closed' }],
      'its rule tcp 22 has the state "closed", which no API call can set',
    ],
    [
      'ports the wrong way round',
      [{ ...sshToWorld, fromPort: 23 }],
      'its rule tcp 23 to 22 has ports that are not understood',
    ],
    [
      'ports out of range',
      [{ ...sshToWorld, toPort: 65536 }],
      'its rule tcp 22 to 65536 has ports that are not understood',
    ],
    [
      'ports missing',
      [{ ...sshToWorld, toPort: undefined }],
      'its rule tcp 22 to none has ports that are not understood',
    ],
    ['an unknown alias', [{ ...sshToWorld, cidrListAliases: ['office'] }], 'not fully understood'],
    ['a source that is no text', [{ ...sshToWorld, cidrs: [7] }], 'not fully understood'],
    ['sources that are no list', [{ ...sshToWorld, ipv6Cidrs: '::/0' }], 'not fully understood'],
    ['an alias that is no text', [{ ...sshToWorld, cidrListAliases: [null] }], 'not fully understood'],
    ['a source that is no network', [rule('tcp', 22, ['0.0.0.0/33'], ['::/0'])], 'not fully understood'],
    ['host bits', [rule('tcp', 22, ['198.51.100.7/24'], ['::/0'])], 'not fully understood'],
    ['a source of the other family', [rule('tcp', 22, ['::/0'], ['0.0.0.0/0'])], 'not fully understood'],
    ['an element that is not an object', [42], 'one of its rules is not an object'],
    ['a rule that is null', [null], 'one of its rules is not an object'],
    ['a list in place of a rule', [[]], 'one of its rules is not an object'],
  ])('%s', (_title, before, note) => {
    const restored = restore(before as PortState[]);
    expect(restored.command).toBeNull();
    expect(restored.note).toContain(note);
  });

  test('the rules after the change are not known', () => {
    expect(restore([http], { rulesAfter: null })).toEqual({
      command: null,
      note: 'the rules after the change are not known',
    });
  });

  test('there was no rule, and there is none', () => {
    expect(restore([], { rulesAfter: [] })).toEqual({ command: null, note: 'there is nothing to undo' });
  });

  test('the present rules are not valid for Close', () => {
    expect(restore([], { rulesAfter: [{ ...sshToWorld, protocol: 'sctp' }] }).note).toBe(
      'its rule sctp 22 has a protocol that is not known',
    );
  });

  test('the addresses of the instance changed, but not its rules', () => {
    const rules = [sshToWorld];
    const change = compareFirewalls({ rules, ipAddressType: 'ipv4' }, { rules, ipAddressType: 'dualstack' });
    expect(change.verdict).toBe('widened');
    expect(restore(rules, { rulesAfter: rules, change })).toEqual({
      command: null,
      note: 'rules alone do not undo the change: the address types of the instance (IPv4, IPv6) changed too',
    });
  });

  test('the command would be too long for a mail', () => {
    const many = Array.from({ length: 60 }, (_, i) =>
      rule(
        'tcp',
        1000 + i,
        Array.from({ length: 30 }, (_, j) => `198.51.${j}.${i}/32`),
        ['::/0'],
      ),
    );
    expect(restore(many)).toEqual({ command: null, note: 'the command would be longer than 20,000 characters' });
  });

  test.each([['-rf'], ['file:///etc/passwd'], ['web\n1'], ['web\u202e1'], ['']])(
    'the name %j is not safe on a command line',
    (instanceName) => {
      expect(restore([http], { instanceName })).toEqual({
        command: null,
        note: 'the name of the instance or of its region is not safe on a command line',
      });
    },
  );
});

describe('the command in a shell', () => {
  test.each([
    ['web 1'],
    ["it's"],
    ['$(touch /tmp/x)'],
    ['`id`'],
    ['a"b'],
    ['a;b&&c|d>e'],
    ['ein-Würfel'],
    ['*?[a]'],
    ['a\\b'],
    ['!!'],
  ])('gives the name %j to the AWS CLI as it is', (instanceName) => {
    for (const rulesBefore of [[http], []]) {
      const { command } = restore(rulesBefore, { instanceName });
      const { calls } = runWithFakeAws(renderGuardedCommand(account, command ?? 'false'), account);
      expect(calls).toHaveLength(1);
      expect(calls[0]?.slice(2, 6)).toEqual(['--region', 'eu-west-1', '--instance-name', instanceName]);
    }
  });

  test('stops in another account, before it changes a firewall', () => {
    const { command } = restore([], { rulesAfter: [sshToWorld, http] });
    const guarded = renderGuardedCommand(account, command ?? 'false');
    expect(runWithFakeAws(guarded, '999999999999')).toEqual({ calls: [], exitCode: 1 });
    expect(runWithFakeAws(guarded, account).calls).toHaveLength(2);
  });
});

const sources4 = fc.uniqueArray(fc.constantFrom('0.0.0.0/0', '198.51.100.7', '10.0.0.0/8', '203.0.113.0/24'), {
  maxLength: 3,
});
const sources6 = fc.uniqueArray(fc.constantFrom('::/0', '2001:db8::/32', '2001:DB8:0::1', 'fe80::/10'), {
  maxLength: 3,
});
const rules = fc.array(
  fc.record({
    protocol: fc.constantFrom('tcp', 'UDP', 'all', '-1', 'icmp', 'icmpv6', 'gre'),
    fromPort: fc.constantFrom(-1, 0, 8, 22),
    toPort: fc.constantFrom(-1, 0, 22, 255, 65535),
    cidrs: sources4,
    ipv6Cidrs: sources6,
  }),
  { maxLength: 5 },
);

test('for random rules, each command restores exactly the same exposure', () => {
  let given = 0;
  fc.assert(
    fc.property(rules, rules, (rulesBefore, rulesAfter) => {
      const { command } = restore(rulesBefore, { rulesAfter });
      if (command === null || !command.includes(' put-instance-public-ports ')) return;
      given += 1;
      const json = command.slice(command.indexOf("'") + 1, -1);
      const restored: PortState[] = JSON.parse(json);
      expect(['identical', 'rewritten']).toContain(diffFirewalls(rulesBefore, restored).verdict);
      for (const each of restored) {
        expect(each.cidrs).not.toHaveLength(0);
        expect(each.ipv6Cidrs).not.toHaveLength(0);
      }
    }),
    { numRuns: depth({ quick: 300, full: 3_000 }) },
  );
  expect(given).toBeGreaterThan(depth({ quick: 0, full: 50 }));
});
