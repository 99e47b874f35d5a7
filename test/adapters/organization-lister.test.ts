import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { startOrganizationsEmulator } from '../../emulators/organizations.ts';
import { OrganizationLister } from '../../lambda/adapters/organization-lister.ts';
import { ReadError } from '../../lambda/history/read-errors.ts';
import { settingsFor } from '../support/client-settings.ts';
import { closeAfterTests } from '../support/close-after-tests.ts';

const id = 'o-a1b2c3d4e5';
const contentType = 'application/x-amz-json-1.1';
const emulator = await closeAfterTests(startOrganizationsEmulator({ account: '111111111111' }));
const lister = new OrganizationLister({ ...settingsFor(emulator.url), maxAttempts: 1 });
const list = (units: readonly string[] | null = null) => lister.listAccounts(id, units, new AbortController().signal);
const answer = (operation: string, value: unknown) =>
  emulator.addFault({ kind: 'raw', body: JSON.stringify(value), contentType, operation });

afterEach(() => {
  emulator.clearFaults();
});

afterAll(() => lister.destroy());

describe('P5: no account counts as removed because an answer is not understood', () => {
  test.each([
    [null, 'ListAccounts', {}, 'ListAccounts: expected a list in Accounts, got nothing'],
    [null, 'ListAccounts', { Accounts: [{ Name: 'prod' }] }, 'the organisation listed an account without an id'],
    [['r-a1b2'], 'ListAccountsForParent', {}, 'ListAccountsForParent: expected a list in Accounts, got nothing'],
    [
      ['r-a1b2'],
      'ListOrganizationalUnitsForParent',
      {},
      'ListOrganizationalUnitsForParent: expected a list in OrganizationalUnits, got nothing',
    ],
    [
      ['r-a1b2'],
      'ListOrganizationalUnitsForParent',
      { OrganizationalUnits: [{ Name: 'prod' }] },
      'r-a1b2 listed an organisational unit without an id',
    ],
  ])('units %j, %s answers %j', async (units, operation, value, message) => {
    if (operation === 'ListOrganizationalUnitsForParent') answer('ListAccountsForParent', { Accounts: [] });
    answer(operation, value);
    await expect(list(units)).rejects.toThrow(new ReadError('invalid-answer', message));
  });

  test.each([
    [{ State: 'ACTIVE' }, true],
    [{ State: 'IN_ORBIT' }, true],
    [{}, true],
    [{ Status: 'SUSPENDED' }, false],
    [{ State: 'PENDING_CLOSURE', Status: 'ACTIVE' }, false],
    [{ State: 'CLOSED' }, false],
    [{ State: 'PENDING_ACTIVATION' }, false],
  ])('an account with %j is active: %s', async (state, isActive) => {
    answer('ListAccounts', { Accounts: [{ Id: '222222222222', Name: 'prod', ...state }] });
    expect(await list()).toEqual([{ account: '222222222222', name: 'prod', isActive }]);
  });
});
