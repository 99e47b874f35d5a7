/** What `portwatch restore` refuses when it reads the firewall once more before the write. */
import { expect, test } from '@jest/globals';
import type { ObservedFirewall } from '../../../../cli/aws/firewall-editor.ts';
import { refuseChangedMeanwhile } from '../../../../cli/commands/restore/refuse-restore.ts';
import { httpFromAnywhere, sshFromAnywhere, sshFromOffice } from '../../../scan/samples.ts';

const before: ObservedFirewall = { arn: 'arn:1', ipAddressType: 'dualstack', rules: [sshFromOffice] };
const twoRules = { ...before, rules: [sshFromOffice, httpFromAnywhere] };

function outcomeOf(first: ObservedFirewall, second: ObservedFirewall): string | null {
  try {
    refuseChangedMeanwhile(first, second, 'web-1');
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

test('the same firewall of the same instance is not refused', () => {
  expect(outcomeOf(before, { ...before })).toBeNull();
});

test.each<[string, ObservedFirewall, ObservedFirewall, string]>([
  ['an opened port', before, twoRules, 'opened tcp 80 (HTTP) from anywhere'],
  ['a closed port', twoRules, before, 'closed tcp 80 (HTTP) from anywhere'],
  ['another source', before, { ...before, rules: [sshFromAnywhere] }, 'opened tcp 22 (SSH) from '],
  [
    'a rule that is there twice',
    before,
    { ...before, rules: [sshFromOffice, sshFromOffice] },
    'rules were written anew',
  ],
  ['another instance', before, { ...before, arn: 'arn:2' }, 'it is another instance'],
  ['other addresses', before, { ...before, ipAddressType: 'ipv4' }, 'its addresses are now ipv4'],
  [
    'another instance with other addresses',
    before,
    { ...before, arn: 'arn:2', ipAddressType: 'ipv4' },
    'it is another instance; its addresses are now ipv4',
  ],
])('%s is refused', (_, first, second, change) => {
  expect(outcomeOf(first, second)).toContain(`The firewall of web-1 changed after it was shown: ${change}`);
});
