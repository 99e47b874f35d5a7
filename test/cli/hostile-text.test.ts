/** Text from outside does not control the terminal, in every command that reads the table. */

import { expect, test } from '@jest/globals';
import { buildApprovalStore } from '../../lambda/adapters/dynamodb-approval-store.ts';
import { DynamoDbTable } from '../../lambda/adapters/dynamodb-table.ts';
import { toItem } from '../../lambda/adapters/items/read-item.ts';
import { attributionKey } from '../../lambda/contract/table-keys.ts';
import type { Resource } from '../../lambda/history/entry.ts';
import { approvalOf } from '../approvals/approval-of.ts';
import { entryOf, saveEntry } from '../scan/entries.ts';
import { someFacts, sshFromAnywhere } from '../scan/samples.ts';
import { closeAfterTests } from '../support/close-after-tests.ts';
import { depth } from '../support/depth.ts';
import { account, at, byAlice, startDeployedAccount, tableName } from './deployed-account.ts';

/** Clears the screen, changes the writing direction, sets a title, and has half of a surrogate pair. */
const hostile = '\u001B[2J\u202E\u009B1m\u0007\uD800\r';

const deployed = await closeAfterTests(startDeployedAccount());
// A key without half pairs, because DynamoDB does not accept them.
const resource: Resource = { account, region: 'eu-west-1', instanceName: 'web\u001B[2J\u202E#1' };
const entry = entryOf(resource, 1, at('10:00'), {
  kind: 'appeared',
  rules: [{ ...sshFromAnywhere, cidrs: ['0.0.0.0/0', `10.0.0.0/33${hostile}`], cidrListAliases: [`lists${hostile}`] }],
  instance: { ...someFacts, publicIpAddress: `203.0.113.10${hostile}` },
  opened: [
    { protocol: 'tcp', from: 22, to: 22, sources: ['0.0.0.0/0', `unparsed:10.0.0.0/33${hostile}`] },
    { protocol: `unknown:gre${hostile}`, from: 0, to: 65_535, sources: [`alias:lists${hostile}`] },
  ],
  notes: [{ code: 'odd', text: `odd ${hostile}` }],
  reason: `it is so ${hostile}`,
  expected: null,
});
await saveEntry(deployed.store, entry);
const calls = byAlice.calls.map((call) => ({
  ...call,
  by: 'alice\u001B[2J',
  userAgent: '\u001B]0;x\u0007',
  name: 'Put\u202E',
}));
const {
  origin: _,
  revoked: __,
  ...made
} = approvalOf({ id: `a-1\u202E`, reason: `why ${hostile}`, by: `me${hostile}` });
const approval = { ...made, from: at('10:00'), exposure: entry.opened.slice(1) };
const store = buildApprovalStore(new DynamoDbTable(deployed.client, tableName));
await store.addApproval(account, approval);
await store.revokeApproval(account, approval.id, { at: at('10:06'), by: `you${hostile}`, reason: `no${hostile}` });
await store.addApproval(account, { ...approval, id: 'a-2\u202E', exposure: entry.opened.slice(0, 1) });
await deployed.put(toItem(attributionKey(resource, entry.at), { ...byAlice, calls }));

const name = 'web\u001B[2J\u202E#1';

test.each([
  ['status'],
  ['history'],
  ['history', name],
  ['at', name, '2026-11-10 10:10 UTC'],
  ['diff', name, '2026-11-10 10:05 UTC', '2026-11-10 10:10 UTC'],
  ['exposed', '22', '--at', '2026-11-10 10:10 UTC'],
  ['exposed', 'all', '--between', '2026-11-10 10:05 UTC', '2026-11-10 10:10 UTC'],
  ['export'],
  ['approvals'],
  ['approve', name, '--current', '--reason', `why${hostile.replace('\uD800', '')}`, '--dry-run'],
  ['revoke', 'a-2\u202E', '--dry-run'],
])('names, rules, notes and callers from outside do not control the terminal: %s', async (...args) => {
  const forms = args[0] === 'export' ? [[], ['--format', 'ndjson']] : [[], ['--json']];
  // One function writes the JSON of every command, so `npm test` tries it with one command, whose answer has every such text.
  const tried = forms.slice(0, depth({ quick: args[0] === 'history' ? 2 : 1, full: 2 }));
  for (const form of tried) {
    const { code, stdout, stderr } = await deployed.run(...args, ...form);
    // The table has no scan item, so an answer about the whole fleet is incomplete.
    const isWhole = args[0] !== 'exposed';
    expect({ code, stderr }).toEqual({
      code: isWhole ? 0 : 2,
      stderr: isWhole ? '' : 'portwatch: The answer is not complete: no scan has ended yet.\n',
    });
    expect(stdout).toContain('web');
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
  }
});
