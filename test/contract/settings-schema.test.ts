import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  defaultSettings,
  deploymentSettings,
  monitorSettings,
  parseSettings,
} from '../../lambda/contract/settings-schema.ts';
import { severities } from '../../lambda/firewall/rating/severity.ts';
import { parseConfig } from '../../lib/parse-config.ts';
import { partDescriptions, settingDescriptions } from '../../lib/setting-descriptions.ts';
import { settingDefaults } from './default-settings.ts';

const names = Object.keys({ ...monitorSettings, ...deploymentSettings() });
const defaults: Readonly<Record<string, unknown>> = parseConfig({ file: null, commandLine: {} });

describe('the settings', () => {
  test('have these defaults', () => {
    expect(defaultSettings()).toEqual({
      ...settingDefaults,
      name: null,
      regions: null,
      keepHistoryDays: null,
      highRiskPorts: null,
      accounts: null,
      externalId: null,
      memberRoleName: 'PortwatchMember',
    });
  });

  test('are read from what was stored: null is a value left out, unknown fields are ignored, wrong values are reported', () => {
    expect(parseSettings({ regions: null, scanEveryMinutes: 10, ofTheNextVersion: true }).data).toEqual({
      ...defaultSettings(),
      scanEveryMinutes: 10,
    });
    expect(parseSettings({ scanEveryMinutes: 0, alertFrom: 'loud' }).error?.issues.map(({ path }) => path)).toEqual([
      ['scanEveryMinutes'],
      ['alertFrom'],
    ]);
    expect(parseSettings('no object').success).toBe(false);
  });

  /**
   * The settings that the previous version wrote for its function: a deployment replaces the code first, and the environment afterwards.
   */
  test('are read from the environment of a function of the previous version', () => {
    const before =
      '{"name":"prod","regions":null,"alertFrom":"low","expected":[{"instance":"ci-*","ports":{"from":22,"to":22},"reason":"r"}],' +
      '"weeklyDigest":true,"tellGapAfterScans":2,"keepHistoryDays":null,"scanEveryMinutes":5,"highRiskPorts":null,' +
      '"eventRegions":null,"attribution":true,"attributedAlerts":true}';
    expect(parseSettings(JSON.parse(before)).data).toMatchObject({ name: 'prod', eventRegions: [], attribution: true });
  });
});

describe('an expected change', () => {
  const issuesOf = (entry: unknown) => parseSettings({ expected: [entry] }).error?.issues.length ?? 0;

  test.each([
    { reason: 'x', protocol: 'icmp' },
    { reason: 'x', instance: 'a', until: '2026-12-31T18:00:00.123Z' },
    { reason: 'x', widestSource: 'lightsail-connect', until: '2026-12-31T18:00:00Z' },
    { reason: 'x', ports: { from: 0, to: 65535 }, until: '2026-12-31T18:00:00+02:00' },
  ])('%j is right', (entry) => {
    expect(issuesOf(entry)).toBe(0);
  });

  test.each([null, 5, 'tcp', [], undefined])('%j is no entry', (entry) => {
    expect(issuesOf(entry)).toBe(1);
  });

  test('has every problem reported at once', () => {
    const entry = {
      instance: '',
      region: 7,
      protocol: 'gre',
      ports: { from: 23, to: 22 },
      widestSource: '10.0.0.0/33',
      until: '2026-02-30',
      why: 'x',
    };
    const fields = parseSettings({ expected: [entry] }).error?.issues.map(({ path }) => path.slice(2).join('.'));
    expect(fields).toEqual(['instance', 'region', 'protocol', 'ports', 'widestSource', 'reason', 'until', '']);
  });

  test.each([
    [{ from: 22 }],
    [{ from: -1, to: 22 }],
    [{ from: 22, to: 65536 }],
    [{ from: 22.5, to: 23 }],
    [{ from: '22', to: '22' }],
    [{ from: 22, to: 22, step: 1 }],
    ['22-21'],
    ['65536'],
    [null],
    [[22, 22]],
  ])('cannot have the ports %j', (given) => {
    expect(issuesOf({ reason: 'x', protocol: 'tcp', ports: given })).toBe(1);
  });

  test.each([
    '2026-13-01',
    '2026-11-31',
    '2026-11-23T25:00:00Z',
    '2026-11-23T10:00:00',
    '23.11.2026',
    'tomorrow',
    '',
    20261123,
    '2026-11-23 10:00Z',
  ])('cannot end on %j', (until) => {
    expect(issuesOf({ reason: 'x', protocol: 'tcp', until })).toBe(1);
  });

  test.each([' ', '', 7, null, 'x'.repeat(201)])('cannot have the reason %j', (reason) => {
    expect(issuesOf({ protocol: 'tcp', reason })).toBe(1);
  });

  test.each([
    ['protocol', ['tcp']],
    ['widestSource', ['/32']],
    ['until', ['2026-12-31']],
    ['until', 'on 2026-12-31'],
    ['until', '2026-12-31T18:00:00.Z'],
    ['instance', ['web']],
  ])('cannot have the %s %j', (name, value) => {
    expect(issuesOf({ reason: 'x', region: 'eu-west-1', ports: { from: 1, to: 1 }, [name]: value })).toBe(1);
  });

  test('cannot silence every change of a region', () => {
    expect(issuesOf({ region: 'eu-west-1', reason: 'peace' })).toBe(1);
  });

  test.each(['icmp', 'icmpv6'])('cannot have ports with %s', (protocol) => {
    expect(issuesOf({ protocol, ports: { from: 8, to: 8 }, reason: 'ping' })).toBe(1);
  });
});

describe('an approved exposure', () => {
  const parse = (more: object) =>
    parseSettings({ approved: [{ protocol: 'tcp', sources: '198.51.100.0/24', reason: 'x', ...more }] });
  const fieldsOf = (more: object) => parse(more).error?.issues.map(({ path }) => path.slice(2).join('.')) ?? [];

  test.each([
    {},
    { ports: 22 },
    { ports: [80, '443', '8000-8010', { from: 1, to: 2 }] },
    { sources: ['anywhere', 'lightsail-connect', '2001:db8::/64', '198.51.100.7'], instance: 'web-*' },
    { sources: ['unspecified', 'unparsed:10.0.0.0/33', 'alias:other'], protocol: 'unknown:sctp', instance: 'tunnel-1' },
    { protocol: 'icmp', from: '2026-12-01', until: '2026-12-31T18:00:00+02:00', by: 'alice' },
    { sources: 'anywhere', anyway: true },
    { arn: 'arn:aws:lightsail:eu-west-1:123456789012:Instance/0a1b', region: 'eu-west-1', account: '123456789012' },
  ])('%j is right', (more) => {
    expect(fieldsOf(more)).toEqual([]);
  });

  test('is read in one form, which can be read again', () => {
    const settings = parse({ ports: '80-81' }).data;
    expect(settings?.approved).toEqual([
      { protocol: 'tcp', ports: [{ from: 80, to: 81 }], sources: ['198.51.100.0/24'], reason: 'x' },
    ]);
    expect(parseSettings(JSON.parse(JSON.stringify(settings))).data).toEqual(settings);
  });

  test.each<[object, string[]]>([
    [{ sources: '10.1.2.3/8' }, ['sources']],
    [{ sources: [] }, ['sources']],
    [{ sources: '10.0.0.0/33' }, ['sources']],
    [{ sources: 'unparsed' }, ['sources']],
    [{ protocol: 'sctp' }, ['protocol']],
    [{ protocol: 'icmp', ports: 8 }, ['ports']],
    [{ from: '2026-12-02', until: '2026-12-01' }, ['until']],
    [{ sources: 'anywhere' }, ['anyway']],
    [{ sources: ['0.0.0.0/1', '128.0.0.0/1'], instance: '*' }, ['anyway']],
    [{ arn: 'web-1' }, ['arn']],
    [{ arn: 'arn:aws:lightsail:eu-west-1:123456789012:Instance/0a1b', region: 'us-east-1' }, ['region']],
    [{ reason: ' ', by: '', until: 'tomorrow', account: 5, why: 'x' }, ['account', 'reason', 'by', 'until', '']],
  ])('%j is refused, with every problem at once', (more, fields) => {
    expect(fieldsOf(more)).toEqual(fields);
  });

  test('needs a protocol, sources and a reason', () => {
    expect(parseSettings({ approved: [{}] }).error?.issues.map(({ path }) => path.at(-1))).toEqual([
      'protocol',
      'sources',
      'reason',
    ]);
  });
});

describe('the words of the settings', () => {
  test('are there for every setting and for nothing else', () => {
    expect(Object.keys(settingDescriptions).sort()).toEqual(names.toSorted());
    for (const part of Object.keys(partDescriptions)) expect(names).toContain(part.split('.')[0]);
  });

  test('name the default that applies', () => {
    for (const [name, { byDefault }] of Object.entries(settingDescriptions)) {
      const value = defaults[name];
      if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string')
        expect(`${name}: ${byDefault}`).toBe(`${name}: ${value}`);
    }
  });

  test('name every severity', () => {
    expect(settingDescriptions.alertFrom.expected).toBe(`one of ${severities.join(', ')}`);
  });
});

describe('docs/configuration.md', () => {
  const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
  const rowsOf = (header: string) => {
    const [, table = ''] = page.split(`${header}\n|---|---|---|\n`);
    return table.split('\n\n')[0]?.split('\n');
  };

  test('lists every setting, with its description and its default', () => {
    expect(rowsOf('| key | description | default |')).toEqual(
      Object.entries(settingDescriptions).map(
        ([name, { description, byDefault }]) => `| \`${name}\` | ${description} | ${byDefault} |`,
      ),
    );
  });

  test('lists every field of an expected change', () => {
    const fields = Object.entries(partDescriptions).filter(([part]) => part.startsWith('expected.*.'));
    expect(rowsOf('| field | changes that match | without the field |')).toEqual(
      fields.map(([part, { description, byDefault }]) => `| \`${part.slice(11)}\` | ${description} | ${byDefault} |`),
    );
  });

  test('lists every field of an approved exposure', () => {
    const fields = Object.entries(partDescriptions).filter(([part]) => part.startsWith('approved.*.'));
    expect(rowsOf('| field | what is approved | without the field |')).toEqual(
      fields.map(([part, { description, byDefault }]) => `| \`${part.slice(11)}\` | ${description} | ${byDefault} |`),
    );
  });

  test('has an example of approved exposure that is right', () => {
    const text =
      page
        .split('```json\n')
        .find((part) => part.includes('"approved"'))
        ?.split('```')[0] ?? '';
    expect(parseConfig({ file: { name: 'example', text }, commandLine: {} }).approved).toHaveLength(2);
  });

  test('has an example of expected changes that is right', () => {
    const [, text = ''] = /```json\n([\s\S]*?)```/.exec(page) ?? [];
    expect(parseConfig({ file: { name: 'example', text }, commandLine: {} }).expected).toHaveLength(1);
  });
});
