import { describe, expect, test } from '@jest/globals';
import {
  chooseWatchedAccounts,
  explainRemoval,
  type ListedAccount,
} from '../../lambda/accounts/choose-watched-accounts.ts';
import type { WatchedAccounts } from '../../lambda/contract/settings-schema.ts';

const monitor = { account: '111111111111', name: 'prod' };
const organization = 'o-a1b2c3d4e5';
const listed = (account: string, name: string, isActive = true): ListedAccount => ({ account, name, isActive });
const listing = [
  listed('333333333333', 'web'),
  listed('111111111111', 'security'),
  listed('222222222222', 'closed', false),
];

describe('the accounts to watch', () => {
  test.each<[string, WatchedAccounts, ListedAccount[], string[]]>([
    [
      'listed by id: the account of the monitor has the configured name, the others their id',
      ['222222222222', '111111111111'],
      [],
      ['111111111111 prod', '222222222222 222222222222'],
    ],
    ['listed by id without the monitor: it is not watched', ['222222222222'], [], ['222222222222 222222222222']],
    [
      'an organisation: every active account, with its name there',
      { organization },
      listing,
      ['111111111111 security', '333333333333 web'],
    ],
    [
      'an organisation without the exceptions, also the account of the monitor',
      { organization, except: ['111111111111'] },
      listing,
      ['333333333333 web'],
    ],
    [
      'an account in two units is watched once',
      { organization, units: ['ou-ab12-cdef3456', 'r-ab12'] },
      [listed('333333333333', 'web'), listed('333333333333', 'web')],
      ['333333333333 web'],
    ],
    [
      'an account without a name has its id',
      { organization },
      [listed('333333333333', '')],
      ['333333333333 333333333333'],
    ],
  ])('%s', (_, configured, accounts, expected) => {
    const chosen = chooseWatchedAccounts(configured, accounts, monitor);
    expect(chosen.map(({ account, name }) => `${account} ${name}`)).toEqual(expected);
  });
});

test.each<[string, string, WatchedAccounts, string]>([
  ['is not in the list of ids', '333333333333', ['111111111111'], 'not-configured'],
  [
    'is an exception, although it is listed',
    '333333333333',
    { organization, except: ['333333333333'] },
    'not-configured',
  ],
  ['is listed and not active', '222222222222', { organization }, 'suspended'],
  ['is not listed any more', '444444444444', { organization }, 'left'],
])('an account that %s is removed because of that', (_, account, configured, because) => {
  expect(explainRemoval(account, configured, listing)).toBe(because);
});
