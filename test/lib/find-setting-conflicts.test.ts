import { describe, expect, test } from '@jest/globals';
import { findConflicts } from '../../lib/find-setting-conflicts.ts';
import { parseConfig } from '../../lib/parse-config.ts';

const defaults = parseConfig({ file: null, commandLine: {} });

describe('settings that are each valid, but not in combination', () => {
  test('are more than 3,072 bytes', () => {
    const expected = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ instance: `web-${index}`, reason: 'x'.repeat(60) }));
    expect(findConflicts({ ...defaults, expected: expected(20) })).toEqual([]);
    expect(findConflicts({ ...defaults, expected: expected(40) })).toEqual([
      expect.stringMatching(/^expected: got settings of \d{4} bytes, expected at most 3072, since Lambda allows/),
    ]);
    const approved = expected(40).map((entry) => ({ ...entry, protocol: 'tcp', sources: ['198.51.100.0/24'] }));
    expect(findConflicts({ ...defaults, approved })).toEqual([
      expect.stringMatching(/^approved: got settings of \d{4} bytes, .* or approve with the command line\.$/),
    ]);
  });

  test('are regions whose events are forwarded, but that are not watched', () => {
    const regions = { regions: ['eu-west-1'], eventRegions: ['eu-west-1', 'us-east-1'] };
    expect(findConflicts({ ...defaults, ...regions })).toEqual([
      'eventRegions: got ["eu-west-1","us-east-1"], expected only regions that are watched. Add us-east-1 to regions, or take it out here.',
    ]);
    expect(findConflicts({ ...defaults, eventRegions: ['us-east-1'] })).toEqual([]);
  });

  test('are regions whose events are forwarded, without the event path', () => {
    expect(findConflicts({ ...defaults, eventPath: false, eventRegions: ['us-east-1'] })).toEqual([
      'eventRegions: got ["us-east-1"], expected none with eventPath false. Leave one of the two keys out.',
    ]);
  });

  test('are too many settings without a list of entries', () => {
    const accounts = Array.from({ length: 150 }, (_, index) => String(100_000_000_000 + index));
    const externalId = 'x'.repeat(1000);
    expect(findConflicts({ ...defaults, accounts, externalId: 'acme' })).toEqual([]);
    expect(findConflicts({ ...defaults, accounts, externalId })).toEqual([
      expect.stringMatching(
        /^accounts, externalId: got settings of \d{4} bytes, .* Shorten them; an organisation is shorter than a list of its accounts\.$/,
      ),
    ]);
  });

  test('are accounts without an external id, and what has no effect without accounts', () => {
    expect(findConflicts({ ...defaults, accounts: ['111122223333'] })).toEqual([
      'externalId: got nothing, expected a value with accounts: the roles of the watched accounts expect it. Give any text that only your ' +
        'monitor uses.',
    ]);
    const names = { externalId: 'acme', memberRoleName: 'AcmeMember', monitorRoleName: 'AcmeMonitor' };
    expect(findConflicts({ ...defaults, ...names })).toEqual([
      'externalId: got "acme", expected none without accounts. Add accounts, or leave externalId out.',
      'memberRoleName: got "AcmeMember", expected none without accounts. Add accounts, or leave memberRoleName out.',
      'monitorRoleName: got "AcmeMonitor", expected none without accounts. Add accounts, or leave monitorRoleName out.',
    ]);
    expect(findConflicts({ ...defaults, ...names, accounts: ['111122223333'] })).toEqual([]);
  });

  test('are two roles of one name', () => {
    const accounts = { ...defaults, accounts: ['111122223333'], externalId: 'acme' };
    for (const [memberRoleName, monitorRoleName] of [
      ['Acme', 'Acme'],
      ['AcmeEvents', 'Acme'],
      ['Acme', 'AcmeEvents'],
    ] as const)
      expect(findConflicts({ ...accounts, memberRoleName, monitorRoleName })).toEqual([
        `monitorRoleName: got "${monitorRoleName}", expected another name than memberRoleName: one account can have both roles, and a second ` +
          'role of each name, which ends with Events.',
      ]);
  });
});
