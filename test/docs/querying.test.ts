/**
 * Compares docs/querying.md with the table: its keys and its attributes; no command uses Scan. test/deploy tests the answers of the
 * commands.
 */

import { execFileSync } from 'node:child_process';
import { brotliCompressSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { toApprovalItem } from '../../lambda/adapters/items/approval-item.ts';
import { toDepartedItem } from '../../lambda/adapters/items/departed-item.ts';
import { toEntryItem } from '../../lambda/adapters/items/entry-item.ts';
import { toItem } from '../../lambda/adapters/items/read-item.ts';
import { toScanItem } from '../../lambda/adapters/items/scan-item.ts';
import { toSettingsItem } from '../../lambda/adapters/items/settings-item.ts';
import { toStateAttributes } from '../../lambda/adapters/items/state-item.ts';
import { stackOutputs } from '../../lambda/contract/deployed-names.ts';
import { defaultSettings, effectiveSettings } from '../../lambda/contract/settings-schema.ts';
import {
  approvalKey,
  attributionKey,
  callStateKey,
  entryKey,
  leaseKey,
  revocationKey,
  settingsKey,
  stateKey,
  tableNames,
} from '../../lambda/contract/table-keys.ts';
import { timelineIndex } from '../../lambda/contract/timeline-index.ts';
import { approvalOf } from '../approvals/approval-of.ts';
import { commitOf, entryOf } from '../scan/entries.ts';
import { sshFromOffice } from '../scan/samples.ts';
import { listCommands } from './commands.ts';
import { codeSpans, readDocument, tableRows } from './document.ts';

const { text } = readDocument('docs/querying.md');
const commands = listCommands(text);
const account = '111122223333';
const region = { account, region: 'eu-west-1', instanceName: null };
const instance = { ...region, instanceName: 'web-1' };
const at = '2026-11-23T10:05:02.120Z';

describe('the keys', () => {
  const departed = toDepartedItem({ resource: instance, arn: null, firstSeenAt: at, goneAt: at });
  const scan = toScanItem(scanOf(), null);
  const rows = tableRows(text).map((cells) => cells.map((cell) => codeSpans(cell)[0] ?? cell));

  test.each([
    ['the latest state of an instance', stateKey(instance)],
    ['the latest state of a region', stateKey(region)],
    ['the lease of the scan', leaseKey(account)],
    ['how far API calls were looked up', callStateKey(account)],
    ['one entry in the history of an instance', entryKey(instance, at)],
    ['one entry in the history of a region', entryKey(region, at)],
    ['the attribution of an entry', attributionKey(instance, at)],
    ['a deleted instance', departed],
    ['a scan', scan],
    ['the settings of the deployment', settingsKey(account, at)],
    ['an approval made by command', approvalKey(account, 'its id')],
    ['the revocation of an approval', revocationKey(account, 'its id')],
  ])('%s', (what, { pk, sk }) => {
    const [, partition = '', sort = ''] = rows.find(([title]) => title === what) ?? [];
    const isFromStep = what === 'the attribution of an entry';
    expect(fill(isFromStep ? 'INSTANCE#<account>#<region>#<instanceName>' : partition)).toBe(pk);
    if (partition.includes('APPROVALS#')) return expect(sort.replace(/^#/, 'its id#')).toBe(sk);
    expect(sort.includes('instant') ? at : isFromStep ? `${at}#by` : fill(sort)).toBe(sk);
  });

  test('of the index', () => {
    const item: Record<string, unknown> = toEntryItem(entryOf(instance, 1, at));
    const [name, partition = '', sort = ''] = tableRows(text).find(([title]) => title === '`timeline`') ?? [];
    expect(name).toBe(`\`${timelineIndex.name}\``);
    expect(codeSpans(partition).map(fill)).toEqual([timelineIndex.partitionKey, item[timelineIndex.partitionKey]]);
    expect(codeSpans(sort).map(fill)).toEqual([timelineIndex.sortKey, item[timelineIndex.sortKey]]);
  });
});

const fill = (key: string) =>
  key
    .replace('<account>', account)
    .replace('<region>', 'eu-west-1')
    .replace('<instanceName>', 'web-1')
    .replace(/<goneAt>|<instant>/, at)
    .replace('<yyyy-mm>', at.slice(0, 7));

describe('the commands', () => {
  const calls = commands.flatMap(({ code }) =>
    code.split(/(?=aws dynamodb )/).filter((call) => call.startsWith('aws')),
  );

  test('are there for each question', () => {
    expect(calls.length).toBeGreaterThan(15);
    const headings = new Set(commands.map(({ heading }) => heading));
    const asked = [...text.matchAll(/^## (.+)$/gm)].map(([, heading = '']) => heading);
    expect(asked.filter((heading) => !headings.has(heading))).toEqual(['The keys']);
  });

  test('P10: none of them scans: each names one partition, or one item', () => {
    const keyed = new RegExp(`${tableNames.partitionKey} = |${timelineIndex.partitionKey} = |--key "pk=`);
    const statements = commands.filter(({ code }) => code.includes('SELECT'));
    for (const call of calls.filter((one) => !one.includes('execute-statement'))) expect(call).toMatch(keyed);
    for (const { code } of statements) expect(code).toMatch(keyed);
    expect(calls.filter((call) => /^aws dynamodb (?!query |get-item |execute-statement )/.test(call))).toEqual([]);
  });

  test('name no attribute and no index that the table does not have', () => {
    const paths = commands.flatMap(({ code }) => [...code.matchAll(/(\w+)\.(?:S|N|L|M|B|BOOL|NULL)\b/g)]);
    const asked = new Set(paths.map(([, name = '']) => name).filter((name) => !/^(?:S|N|L|M)$/.test(name)));
    expect(asked.size).toBeGreaterThan(20);
    expect([...asked].filter((name) => !knownAttributes().has(name))).toEqual([]);
    const indexes = commands.flatMap(({ code }) => [...code.matchAll(/--index-name (\S+)/g)].map(([, name]) => name));
    expect(new Set(indexes)).toEqual(new Set([timelineIndex.name]));
  });

  test('ask the index only for what it holds', () => {
    const { projection, partitionKey, sortKey } = timelineIndex;
    const held = new Set<string>([...projection, partitionKey, sortKey]);
    const asked = calls.filter((call) => call.includes('--index-name')).flatMap(topLevelAttributes);
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.filter((name) => !held.has(name))).toEqual([]);
  });

  test('are whole commands to bash, with nothing that an interactive shell would expand', () => {
    const script = commands.map(({ code }) => code).join('\n');
    expect(() => execFileSync('bash', ['-n', '-c', script], { stdio: 'pipe' })).not.toThrow();
    // In double quotes, an exclamation mark is history expansion, unless a blank, `=` or `(` follows. zsh does not treat `#` as a comment.
    const quoted = commands.flatMap(({ code }) => [...code.replace(/'[^']*'/g, '').matchAll(/"[^"]*"/g)].map(String));
    expect(quoted.filter((part) => /![^\s=(]/.test(part))).toEqual([]);
    expect(commands.filter(({ code }) => /(^|\s)# /.test(code))).toEqual([]);
  });

  test('say that nothing is packed, and do not end in a stack trace', () => {
    const [, script = ''] =
      /node -e '([^']+)'/.exec(commands.find(({ heading }) => heading === 'Packed items')?.code ?? '') ?? [];
    const unpack = (input: string) => execFileSync(process.execPath, ['-e', script], { input, encoding: 'utf8' });
    for (const nothing of ['None\n', '']) expect(unpack(nothing)).toBe('no packed item with rules\n');
    const rules = [{ protocol: 'tcp', fromPort: 22, toPort: 22, cidrs: ['0.0.0.0/0'] }];
    const opened = [{ protocol: 'tcp', from: 22, to: 22, sources: ['0.0.0.0/0'] }];
    const packed = brotliCompressSync(JSON.stringify({ rules, opened })).toString('base64');
    expect(unpack(packed)).toBe('opened tcp 22 22 to 1 sources\ntcp 22 22 1 IPv4 sources\n');
  });

  test('find the table by the output of the stack, and set every variable that they use', () => {
    expect(commands[0]?.code).toContain(`OutputKey=='${stackOutputs.snapshotTableName}'`);
    const script = commands.map(({ code }) => code).join('\n');
    const set = new Set(
      [...script.matchAll(/^([A-Z]+)=|\bread -r ([\w ]+)/gm)].flatMap(([, one, more]) => [
        one,
        ...(more ?? '').split(' '),
      ]),
    );
    const used = [...script.matchAll(/\$(\w+)/g)].map(([, name = '']) => name);
    expect(used.filter((name) => !set.has(name))).toEqual([]);
  });
});

/** The first name of a path: `opened` in `opened.L[].M.from.N`, not `from`. */
function topLevelAttributes(call: string): string[] {
  const [, query = ''] = /--query ["']([\s\S]*?)["'](?:\s|$)/.exec(call) ?? [];
  return [...query.matchAll(/(?<![.\w])(\w+)\.(?:S|N|L|M|BOOL)\b/g)]
    .map(([, name = '']) => name)
    .filter((name) => name !== 'M');
}

function scanOf() {
  const counts = { instancesListed: 0, instancesRead: 0, changes: 0, alerts: 0 };
  const lists = { regionsListed: [], notRead: [], regionsFailed: {} };
  return { account, startedAt: at, endedAt: at, complete: true, ...lists, ...counts };
}

const madeApproval = { ...approvalOf(), from: at };

/** The names of all attributes of all kinds of items, at any depth. */
function knownAttributes(): Set<string> {
  const entry = { ...entryOf(instance, 1, at), rules: [sshFromOffice] };
  const reach = { protocol: 'tcp' as const, from: 22, to: 22, sources: ['198.51.100.0/24'] };
  const failure = { reason: 'throttled' as const, message: '', since: at };
  const head = { ...commitOf(entry), failure: { ...failure, sinceScan: 1, confirmedAt: null, gapAt: null } };
  const call = { eventId: '', at, name: '', by: '', arn: null, sourceIpAddress: null, userAgent: null, through: null };
  const settings = effectiveSettings({ ...defaultSettings(), expected: [{ instance: 'build-*', reason: '' }] });
  const items = [
    { ...toStateAttributes(head), recorded: 0, told: 0, packed: '', rulesAt: at },
    { lastScan: {} },
    toEntryItem({ ...entry, opened: [reach] }),
    toItem(attributionKey(instance, at), { calls: [call], fit: 'explained', foundBy: 'lookup', foundAt: at }),
    toDepartedItem({ resource: instance, arn: null, firstSeenAt: at, goneAt: at }),
    toScanItem(scanOf(), null),
    toApprovalItem(account, madeApproval),
    toItem(revocationKey(account, 'a-1'), { at, by: '', reason: '' }),
    toSettingsItem(account, { at, hash: '', settings }),
  ];
  const names = new Set<string>();
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(collect);
    else if (typeof value === 'object' && value !== null)
      for (const [name, part] of Object.entries(value)) {
        names.add(name);
        collect(part);
      }
  };
  collect(items);
  return names;
}
