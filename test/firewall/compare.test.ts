import { describe, expect, test } from '@jest/globals';
import {
  compareFirewalls,
  diffFirewalls,
  type FirewallDiff,
  hashRules,
  type PortState,
} from '../../lambda/firewall/index.ts';
import { asPortStates } from '../../lambda/firewall/rules/port-state.ts';
import { rule } from './build-rule.ts';

const web = rule('tcp', 80, 80, '0.0.0.0/0');
const ssh = rule('tcp', 22, 22, '203.0.113.7/32');
const odd = (extra: object, base: PortState = web): PortState => ({ ...base, ...extra });
const codes = ({ notes }: FirewallDiff) => notes.map(({ code }) => code);
const port = (protocol: string, from: number, to: number, ...sources: string[]) => ({ protocol, from, to, sources });

describe('verdicts', () => {
  test.each([
    ['in another order', [web, ssh], [ssh, web]],
    ['with their fields in another order', [web], [Object.fromEntries(Object.entries(web).reverse())]],
    [
      'with their sources in another order',
      [rule('tcp', 22, 22, '1.1.1.1/32', '2.2.2.2/32')],
      [rule('tcp', 22, 22, '2.2.2.2/32', '1.1.1.1/32')],
    ],
    ['with a field that is undefined', [web], [{ ...web, extra: undefined }]],
    ['with an unknown field, on both sides', [odd({ priority: { a: 1, b: 2 } })], [odd({ priority: { b: 2, a: 1 } })]],
    ['of no rules', [], []],
  ])('P2: the same rules %s are identical', (_, before, after) => {
    expect(diffFirewalls(before, after)).toEqual({ verdict: 'identical', opened: [], closed: [], notes: [] });
    expect(hashRules(before)).toBe(hashRules(after));
  });

  const respelled: [string, PortState[], PortState[]][] = [
    ['duplicated', [web], [web, web]],
    [
      'split by port',
      [rule('tcp', 20, 29, '0.0.0.0/0')],
      [rule('tcp', 20, 24, '0.0.0.0/0'), rule('tcp', 25, 29, '0.0.0.0/0')],
    ],
    [
      'split by source',
      [rule('tcp', 22, 22, '10.0.0.0/8')],
      [rule('tcp', 22, 22, '10.0.0.0/9'), rule('tcp', 22, 22, '10.128.0.0/9')],
    ],
    ['shadowed', [web], [web, rule('tcp', 80, 80, '10.0.0.0/8')]],
    ['respelled', [rule('tcp', 80, 80, '10.0.0.1')], [rule('TCP', 80, 80, '10.0.0.1/32')]],
    ['all as its five protocols less one spelling', [rule('all', 0, 65535, '::/0')], [rule('-1', -1, -1, '::/0')]],
    ['with a missing list for an empty one', [web], [{ ...web, ipv6Cidrs: undefined }]],
    ['with a closed rule more', [web], [web, { ...ssh, state: 'closed' }]],
    [
      'icmp type by type',
      [rule('icmp', 8, -1, '::/0')],
      Array.from({ length: 256 }, (_, code) => rule('icmp', 8, code, '::/0')),
    ],
  ];
  test.each(respelled)('P2: rules %s are rewritten: nothing opened, nothing closed', (_, before, after) => {
    for (const [a, b] of [
      [before, after],
      [after, before],
    ] as const) {
      const { verdict, opened, closed } = diffFirewalls(a, b);
      expect({ verdict, opened, closed }).toEqual({ verdict: 'rewritten', opened: [], closed: [] });
    }
    expect(hashRules(before)).not.toBe(hashRules(after));
  });

  test('one more port is widened, one port less is narrowed, both is mixed', () => {
    const [opened, closed] = [[port('tcp', 80, 80, '0.0.0.0/0')], [port('tcp', 22, 22, '203.0.113.7/32')]];
    expect(diffFirewalls([], [web])).toEqual({ verdict: 'widened', opened, closed: [], notes: [] });
    expect(diffFirewalls([ssh], [])).toEqual({ verdict: 'narrowed', opened: [], closed, notes: [] });
    expect(diffFirewalls([ssh], [web])).toEqual({ verdict: 'mixed', opened, closed, notes: [] });
  });

  test('the most permissive rule applies: closing a shadowed port closes nothing', () => {
    const wide = rule('tcp', 0, 65535, '203.0.113.0/24');
    expect(diffFirewalls([wide, ssh], [wide]).verdict).toBe('rewritten');
  });

  test('all replaced by tcp, udp and icmp is narrowed: GRE, ESP and ICMPv6 are closed', () => {
    const after = [
      rule('tcp', 0, 65535, '0.0.0.0/0'),
      rule('udp', 0, 65535, '0.0.0.0/0'),
      rule('icmp', -1, -1, '0.0.0.0/0'),
    ];
    const { verdict, closed } = diffFirewalls([rule('all', 0, 65535, '0.0.0.0/0')], after);
    expect(verdict).toBe('narrowed');
    expect(closed).toEqual([port('icmpv6', 0, 65535, '0.0.0.0/0'), port('other', 0, 65535, '0.0.0.0/0')]);
  });

  test('the two families are separate: adding ::/0 to 0.0.0.0/0 opens something', () => {
    const { opened } = diffFirewalls([web], [{ ...web, ipv6Cidrs: ['::/0'] }]);
    expect(opened).toEqual([port('tcp', 80, 80, '::/0')]);
  });

  test('IPv4-mapped addresses are IPv6 and not part of 0.0.0.0/0', () => {
    const { opened } = diffFirewalls([web], [web, { ...web, cidrs: [], ipv6Cidrs: ['::ffff:0:0/96'] }]);
    expect(opened).toEqual([port('tcp', 80, 80, '::ffff:0:0/96')]);
  });

  test('an alias that is added to the world is reported as opened', () => {
    const { verdict, opened } = diffFirewalls([web], [{ ...web, cidrListAliases: ['lightsail-connect'] }]);
    expect([verdict, opened]).toEqual(['widened', [port('tcp', 80, 80, 'alias:lightsail-connect')]]);
  });

  test('unspecified is not a set of addresses: replacing it by the world opens and closes', () => {
    const { opened, closed } = diffFirewalls([{ ...web, cidrs: [] }], [web]);
    expect([opened, closed]).toEqual([[port('tcp', 80, 80, '0.0.0.0/0')], [port('tcp', 80, 80, 'unspecified')]]);
  });

  test('notes are about the rules of both sides, each note once', () => {
    const notes = codes(diffFirewalls([rule('gre', 0, 0, '10.0.0.1/8')], [rule('gre', 0, 0, '10.0.0.1/8', 'x')]));
    expect(notes).toEqual(['host-bits', 'source-not-understood', 'unknown-protocol']);
  });
});

describe('rules with an unknown field', () => {
  const [opened] = [[port('tcp', 80, 80, '0.0.0.0/0')]];

  test('P7: a rule with an unknown field never cancels the same rule without the field', () => {
    const diff = diffFirewalls([web], [odd({ action: 'deny' })]);
    expect({ ...diff, notes: codes(diff) }).toEqual({
      verdict: 'mixed',
      opened,
      closed: opened,
      notes: ['unknown-field', 'unknown-field-opened'],
    });
  });

  test('P7: a rule with an unknown field never cancels one with another value', () => {
    expect(diffFirewalls([odd({ action: 1 })], [odd({ action: '1' })]).verdict).toBe('mixed');
    expect(diffFirewalls([odd({ action: null })], [odd({ action: [] })]).verdict).toBe('mixed');
  });

  test('P7: a wider rule does not hide a rule with an unknown field', () => {
    expect(diffFirewalls([web], [web, odd({ action: 'deny' })])).toMatchObject({
      verdict: 'widened',
      opened,
      closed: [],
    });
    expect(diffFirewalls([web, odd({ action: 'deny' })], [web])).toMatchObject({
      verdict: 'narrowed',
      opened: [],
      closed: opened,
    });
  });

  test('notes name the rules that were added and removed', () => {
    const texts = (before: PortState[], after: PortState[]) => diffFirewalls(before, after).notes.slice(1);
    const said =
      '{"cidrListAliases":[],"cidrs":["203.0.113.7/32"],"fromPort":22,"ipv6Cidrs":[],"protocol":"tcp","state":"open","toPort":22,"x":1}';
    const one = odd({ x: 1 }, ssh);
    expect(texts([], [one])).toEqual([
      { code: 'unknown-field-opened', text: `A rule that is not fully understood is new: ${said}` },
    ]);
    expect(texts([one], [])).toEqual([
      { code: 'unknown-field-closed', text: `A rule that is not fully understood is no longer there: ${said}` },
    ]);
    const [, long] = diffFirewalls([], [odd({ x: 'y'.repeat(1000) }, ssh)]).notes;
    expect(long!.text).toHaveLength('A rule that is not fully understood is new: '.length + 300 + '…'.length);
  });

  test('the same rule on both sides cancels itself, so that only other changes are reported', () => {
    const diff = diffFirewalls([odd({ action: 'deny' }), ssh], [odd({ action: 'deny' })]);
    expect(diff).toMatchObject({ verdict: 'narrowed', opened: [], closed: [port('tcp', 22, 22, '203.0.113.7/32')] });
    expect(codes(diff)).toEqual(['unknown-field']);
  });

  test('a second copy of the rule changes no reach, and is not identical', () => {
    expect(diffFirewalls([odd({ x: 1 })], [odd({ x: 1 }), odd({ x: 1 })]).verdict).toBe('rewritten');
  });

  test('adding a rule that lets nothing through is rewritten', () => {
    expect(diffFirewalls([], [odd({ x: 1, state: 'closed' })]).verdict).toBe('rewritten');
  });

  test('what opened is canonical too', () => {
    const after = [odd({ x: 1 }), odd({ x: 2 }), rule('tcp', 81, 90, '0.0.0.0/0')];
    expect(diffFirewalls([], after).opened).toEqual([port('tcp', 80, 90, '0.0.0.0/0')]);
  });

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length', ''])(
    'P7: a field called %j is one',
    (name) => {
      const after = JSON.parse(
        `[{"protocol":"tcp","fromPort":80,"toPort":80,"cidrs":["0.0.0.0/0"],${JSON.stringify(name)}:1}]`,
      );
      const before = JSON.parse('[{"protocol":"tcp","fromPort":80,"toPort":80,"cidrs":["0.0.0.0/0"]}]');
      expect(diffFirewalls(before, after)).toMatchObject({ verdict: 'mixed', opened, closed: opened });
      expect(hashRules(before)).not.toBe(hashRules(after));
    },
  );
});

test('P7: a value that is not a rule has one note', () => {
  expect(codes(diffFirewalls([], [7 as unknown as PortState]))).toEqual(['not-a-rule']);
});

describe('dormant rules', () => {
  const both = { ...web, ipv6Cidrs: ['::/0'] };
  const [in4, in6] = [[port('tcp', 80, 80, '0.0.0.0/0')], [port('tcp', 80, 80, '::/0')]];

  test.each([
    ['ipv4', in4, in6],
    ['ipv6', in6, in4],
    ['dualstack', [port('tcp', 80, 80, '0.0.0.0/0', '::/0')], []],
    ['IPv4', [port('tcp', 80, 80, '0.0.0.0/0', '::/0')], []],
    [null, [port('tcp', 80, 80, '0.0.0.0/0', '::/0')], []],
    [undefined, [port('tcp', 80, 80, '0.0.0.0/0', '::/0')], []],
  ])('with %j addresses only the rules of the other family are dormant', (ipAddressType, opened, dormant) => {
    const diff = compareFirewalls({ rules: [], ipAddressType }, { rules: [both], ipAddressType });
    expect(diff).toEqual({ verdict: 'widened', opened, closed: [], notes: [], dormant });
  });

  test('P2: a change of the addresses that makes a rule live is widened, although no rule changed', () => {
    const diff = compareFirewalls(
      { rules: [both], ipAddressType: 'ipv4' },
      { rules: [both], ipAddressType: 'dualstack' },
    );
    expect(diff).toEqual({ verdict: 'widened', opened: in6, closed: [], notes: [], dormant: [] });
  });

  test('a change of the addresses that makes a rule dormant is narrowed', () => {
    const diff = compareFirewalls(
      { rules: [both], ipAddressType: 'dualstack' },
      { rules: [both], ipAddressType: 'ipv4' },
    );
    expect(diff).toEqual({ verdict: 'narrowed', opened: [], closed: in6, notes: [], dormant: in6 });
  });

  test('a change from one family to the other is mixed', () => {
    const diff = compareFirewalls({ rules: [both], ipAddressType: 'ipv6' }, { rules: [both], ipAddressType: 'ipv4' });
    expect(diff).toMatchObject({ verdict: 'mixed', opened: in4, closed: in6, dormant: in6 });
  });

  test('a change of the addresses that affects no rule is identical', () => {
    const diff = compareFirewalls(
      { rules: [web], ipAddressType: 'ipv4' },
      { rules: [web], ipAddressType: 'dualstack' },
    );
    expect(diff).toEqual({ verdict: 'identical', opened: [], closed: [], notes: [], dormant: [] });
  });

  test('the same rules and addresses are identical, and dormant reach is listed', () => {
    const firewall = { rules: [both], ipAddressType: 'ipv4' };
    expect(compareFirewalls(firewall, firewall)).toEqual({
      verdict: 'identical',
      opened: [],
      closed: [],
      notes: [],
      dormant: in6,
    });
  });

  test('a change of dormant rules alone is rewritten, with a note', () => {
    const [before, after] = [
      { rules: [web], ipAddressType: 'ipv4' },
      { rules: [both], ipAddressType: 'ipv4' },
    ];
    for (const [a, b, dormant] of [
      [before, after, in6],
      [after, before, []],
    ] as const) {
      const diff = compareFirewalls(a, b);
      expect({ ...diff, notes: codes(diff) }).toEqual({
        verdict: 'rewritten',
        opened: [],
        closed: [],
        notes: ['dormant-changed'],
        dormant,
      });
      expect(diff.notes.map(({ text }) => text)).toEqual([
        'Only rules changed that are dormant with the addresses the instance has now.',
      ]);
    }
  });

  test('dormant rules in another spelling have no such note', () => {
    const [before, after] = [
      { rules: [both, both], ipAddressType: 'ipv4' },
      { rules: [both], ipAddressType: 'ipv4' },
    ];
    expect(compareFirewalls(before, after)).toMatchObject({ verdict: 'rewritten', notes: [], dormant: in6 });
  });

  test('P7: a rule without understood sources is live with any addresses', () => {
    const rules = [
      { ...web, cidrs: ['x'] },
      { ...ssh, cidrs: [] },
      { ...ssh, cidrs: [], cidrListAliases: ['lightsail-connect'] },
    ];
    for (const ipAddressType of ['ipv4', 'ipv6']) {
      const { opened, dormant } = compareFirewalls({ rules: [], ipAddressType }, { rules, ipAddressType });
      expect(dormant).toEqual([]);
      expect(opened).toEqual([
        port('tcp', 22, 22, 'alias:lightsail-connect', 'unspecified'),
        port('tcp', 80, 80, 'unparsed:x'),
      ]);
    }
  });

  test('a rule that becomes dormant is not a rule without sources', () => {
    const rules = [{ ...web, cidrs: [], ipv6Cidrs: ['::/0'] }];
    expect(compareFirewalls({ rules: [] }, { rules, ipAddressType: 'ipv4' })).toMatchObject({
      verdict: 'rewritten',
      opened: [],
      dormant: in6,
    });
  });

  test('of a rule with an unknown field only the part that becomes live is reported', () => {
    const rules = [odd({ x: 1 }, both)];
    const diff = compareFirewalls({ rules, ipAddressType: 'ipv4' }, { rules, ipAddressType: 'dualstack' });
    expect(diff).toMatchObject({ verdict: 'widened', opened: in6, closed: [] });
  });
});

test('unknown protocols come last, sorted by name', () => {
  const rules = ['zeta', 'beta', 'alpha', 'udp'].map((protocol) => ({ protocol, fromPort: 1, toPort: 1, cidrs: [] }));
  const order = ['udp', 'unknown:alpha', 'unknown:beta', 'unknown:zeta'];
  expect(diffFirewalls([], rules).opened.map(({ protocol }) => protocol)).toEqual(order);
  expect(diffFirewalls([], rules.toReversed()).opened.map(({ protocol }) => protocol)).toEqual(order);
});

test('a rule with an unknown field is neither added nor removed when only the addresses changed', () => {
  const rules = asPortStates([{ protocol: 'tcp', fromPort: 22, toPort: 22, cidrs: ['192.0.2.1/32'], odd: 1 }]);
  const diff = compareFirewalls({ rules, ipAddressType: 'ipv6' }, { rules, ipAddressType: 'dualstack' });
  expect(diff.verdict).toBe('widened');
  expect(diff.notes.map(({ code }) => code)).toEqual(['unknown-field']);
});
