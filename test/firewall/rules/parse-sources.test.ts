import { describe, expect, test } from '@jest/globals';
import { codes, read } from './read-rule.ts';

describe('sources', () => {
  const from = (lists: object) => read({ protocol: 'tcp', fromPort: 22, toPort: 22, state: 'open', ...lists });
  const sources = (lists: object) => from(lists).reach.flatMap((reach) => reach.sources);

  test.each([undefined, null, []])('a list that is %j has no source', (nothing) => {
    expect(sources({ cidrs: ['10.0.0.0/8'], ipv6Cidrs: nothing, cidrListAliases: nothing })).toEqual(['10.0.0.0/8']);
    expect(sources({ cidrs: nothing, ipv6Cidrs: ['fc00::/7'], cidrListAliases: nothing })).toEqual(['fc00::/7']);
    expect(from({ cidrs: ['10.0.0.0/8'], ipv6Cidrs: nothing }).notes).toEqual([]);
  });

  test.each([
    [{}],
    [{ cidrs: [], ipv6Cidrs: [], cidrListAliases: [] }],
    [{ cidrs: null, ipv6Cidrs: undefined, cidrListAliases: [] }],
  ])('P7: a rule without sources (%j) has the source unspecified, with a note', (lists) => {
    const exposure = from(lists);
    expect(exposure.reach).toEqual([{ protocol: 'tcp', from: 22, to: 22, sources: ['unspecified'] }]);
    expect(exposure.notes).toEqual([
      { code: 'unspecified-source', text: 'Rule tcp 22: it names no source at all; rated as open to the world.' },
    ]);
  });

  test.each([
    ['192.0.2.44', '192.0.2.44/32'],
    ['192.0.2.44/32', '192.0.2.44/32'],
    ['255.255.255.255', '255.255.255.255/32'],
    ['0.0.0.0', '0.0.0.0/32'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['128.0.0.0/1', '128.0.0.0/1'],
    ['2001:db8::1', '2001:db8::1/128'],
    ['2001:0DB8:0000:0000:0000:0000:0000:0001/128', '2001:db8::1/128'],
    ['2001:DB8::/32', '2001:db8::/32'],
    ['::', '::/128'],
    ['::/0', '::/0'],
    ['0:0:0:0:0:0:0:0/0', '::/0'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0/128'],
    ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8/128'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3/128'],
    ['1:0:0:2:3:0:0:4', '1::2:3:0:0:4/128'],
    ['1:0:2:0:3:0:4:0', '1:0:2:0:3:0:4:0/128'],
    ['::ffff:0:0/96', '::ffff:0:0/96'],
    ['::ffff:192.0.2.1', '::ffff:c000:201/128'],
    ['64:ff9b::192.0.2.33/128', '64:ff9b::c000:221/128'],
    ['1:2:3:4:5:6:192.0.2.33', '1:2:3:4:5:6:c000:221/128'],
    ['fe80::1', 'fe80::1/128'],
  ])('%s is %s, without a note', (text, meant) => {
    const list = text.includes(':') ? 'ipv6Cidrs' : 'cidrs';
    const exposure = from({ [list]: [text] });
    expect(exposure.reach[0]!.sources).toEqual([meant]);
    expect(exposure.notes).toEqual([]);
  });

  test.each([
    ['cidrs', '10.1.2.3/8', '10.0.0.0/8'],
    ['cidrs', '192.0.2.1/31', '192.0.2.0/31'],
    ['cidrs', '255.255.255.255/0', '0.0.0.0/0'],
    ['ipv6Cidrs', '2001:db8::1/32', '2001:db8::/32'],
    ['ipv6Cidrs', '::1/0', '::/0'],
  ])('in %s, %s names a host and is read as the network %s, with a note', (list, text, meant) => {
    const exposure = from({ [list]: [text] });
    expect(exposure.reach[0]!.sources).toEqual([meant]);
    expect(exposure.notes).toEqual([
      {
        code: 'host-bits',
        text: `Rule tcp 22: the source "${text}" names a host inside its network; read as the network.`,
      },
    ]);
  });

  test('a network in the list of the other family belongs to its own family, with a note', () => {
    const exposure = from({ cidrs: ['2001:db8::/32'], ipv6Cidrs: ['10.0.0.0/8'] });
    expect(exposure.reach[0]!.sources).toEqual(['10.0.0.0/8', '2001:db8::/32']);
    expect(codes(exposure)).toEqual(['other-family', 'other-family']);
  });

  test.each([
    ...[
      '10.0.0.0/33',
      '10.0.0.0/-1',
      '10.0.0.0/',
      '10.0.0.0/08',
      '10.0.0.0/8/8',
      '10.0.0.0/8 ',
      ' 10.0.0.0/8',
      '10.0.0.0/ 8',
    ],
    ...[
      '10.0.0.0\n',
      '010.0.0.0/8',
      '10.0.0.00',
      '0x0a.0.0.0/8',
      '10/8',
      'a.0.0.0',
      '1a.0.0.0',
      '10.0.0/24',
      '10.0.0.0.0',
      '10..0.0',
      '.10.0.0',
      '10.0.0.',
    ],
    ...[
      '256.0.0.0',
      '1.2.3.4444',
      '10.0.0.0/255.0.0.0',
      '192.0.2.0-192.0.2.255',
      '１０.0.0.0',
      '+1.2.3.4',
      '1e1.0.0.0',
      '*',
      '0.0.0.0/0x0',
    ],
    ...[
      '::/129',
      '::/-0',
      '::/00',
      ':::',
      '1::2::3',
      ':1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:',
      '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:8:9',
      ':',
    ],
    ...[
      '1:2:3:4:5:6:7::8',
      '::1:2:3:4:5:6:7:8',
      '12345::',
      '1:2:3:4:5:6:7::8::9',
      'g::',
      'fe80::1%eth0',
      'fe80::1%eth0/64',
      '[::1]',
      '::1.2.3',
      '::256.0.0.1',
    ],
    ...[
      '1.2.3.4::',
      '::1.2.3.4:5',
      '1:2:3:4:5:6:7:1.2.3.4',
      '::01.2.3.4',
      '',
      '/',
      '/0',
      'anywhere',
      'sg-0123',
      '​0.0.0.0/0',
    ],
  ])('P7: %j is kept as text, with a note', (text) => {
    const exposure = from({ cidrs: [text] });
    expect(exposure.reach).toEqual([{ protocol: 'tcp', from: 22, to: 22, sources: [`unparsed:${text}`] }]);
    expect(codes(exposure)).toEqual(['source-not-understood']);
    expect(from({ ipv6Cidrs: [text] }).reach).toEqual(exposure.reach);
  });

  test('P7: the other sources of a rule are read as usual', () => {
    const lists = { cidrs: ['10.0.0.0/33', '10.0.0.0/9', '10.128.0.0/9'], cidrListAliases: ['lightsail-connect'] };
    expect(sources(lists)).toEqual(['10.0.0.0/8', 'alias:lightsail-connect', 'unparsed:10.0.0.0/33']);
  });

  test.each([
    [{ cidrs: '0.0.0.0/0' }, 'unparsed:"0.0.0.0/0"'],
    [{ cidrs: 5 }, 'unparsed:5'],
    [{ cidrs: false }, 'unparsed:false'],
    [{ cidrs: '' }, 'unparsed:""'],
    [{ ipv6Cidrs: { 0: '::/0', length: 1 } }, 'unparsed:{"0":"::/0","length":1}'],
    [{ cidrs: [null] }, 'unparsed:null'],
    [{ cidrs: [['0.0.0.0/0']] }, 'unparsed:["0.0.0.0/0"]'],
    [{ cidrListAliases: [7] }, 'unparsed:7'],
    [{ cidrListAliases: 'lightsail-connect' }, 'unparsed:"lightsail-connect"'],
  ])('P7: %j has the wrong type and is kept as the source %s', (lists, meant) => {
    expect(sources(lists)).toEqual([meant]);
    expect(codes(from(lists))).toEqual(['source-not-understood']);
  });

  test('lightsail-connect is a source of its own and not part of the world', () => {
    const exposure = from({ cidrs: ['0.0.0.0/0'], cidrListAliases: ['lightsail-connect'] });
    expect(exposure.reach[0]!.sources).toEqual(['0.0.0.0/0', 'alias:lightsail-connect']);
    expect(exposure.notes).toEqual([]);
  });

  test.each(['office', '', '0.0.0.0/0', 'Lightsail-Connect', '\u202egnp'])(
    'P7: the alias %j is kept, with a note',
    (alias) => {
      const exposure = from({ cidrListAliases: [alias] });
      expect(exposure.reach[0]!.sources).toEqual([`alias:${alias}`]);
      expect(codes(exposure)).toEqual(['unknown-alias']);
    },
  );
});
