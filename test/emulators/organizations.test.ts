import {
  AccessDeniedException,
  AWSOrganizationsNotInUseException,
  DescribeOrganizationCommand,
  ListAccountsCommand,
  ListOrganizationalUnitsForParentCommand,
  ListRootsCommand,
  OrganizationsClient,
  ParentNotFoundException,
  paginateListAccounts,
  paginateListAccountsForParent,
} from '@aws-sdk/client-organizations';
import { beforeEach, expect, test } from '@jest/globals';
import { type OrganizationsEmulator, startOrganizationsEmulator } from '../../emulators/organizations.ts';
import { settingsFor } from '../support/client-settings.ts';
import { closeAfterEachTest } from '../support/close-after-tests.ts';

const home = '123456789012';
let organizations: OrganizationsEmulator;
let client: OrganizationsClient;

const organization = {
  id: 'o-abcdef1234',
  managementAccount: home,
  root: 'r-ab12',
  units: [
    { id: 'ou-ab12-prod', name: 'prod', parent: 'r-ab12' },
    { id: 'ou-ab12-shop', name: 'shop', parent: 'ou-ab12-prod' },
  ],
  accounts: [
    { id: home, name: 'management' },
    { id: '111111111111', name: 'shop-1', parent: 'ou-ab12-shop' },
    { id: '222222222222', name: 'closed', parent: 'ou-ab12-shop', state: 'SUSPENDED' as const },
  ],
};

const keep = closeAfterEachTest();

beforeEach(async () => {
  organizations = keep(await startOrganizationsEmulator({ account: home }));
  organizations.setOrganization(organization);
  client = keep(new OrganizationsClient(settingsFor(organizations.url)));
});

test('the organization, its root, its units and its accounts are described', async () => {
  const { Organization } = await client.send(new DescribeOrganizationCommand({}));
  expect(Organization).toMatchObject({ Id: 'o-abcdef1234', MasterAccountId: home });
  expect((await client.send(new ListRootsCommand({}))).Roots).toMatchObject([{ Id: 'r-ab12' }]);
  const units = (ParentId: string) => client.send(new ListOrganizationalUnitsForParentCommand({ ParentId }));
  expect((await units('r-ab12')).OrganizationalUnits).toMatchObject([{ Id: 'ou-ab12-prod', Name: 'prod' }]);
  expect((await units('ou-ab12-prod')).OrganizationalUnits).toMatchObject([{ Id: 'ou-ab12-shop' }]);
  await expect(units('ou-none-none')).rejects.toThrow(ParentNotFoundException);
  const { Accounts } = await client.send(new ListAccountsCommand({}));
  expect(Accounts?.map(({ Id, Name, State, Status }) => [Id, Name, State, Status])).toEqual([
    [home, 'management', 'ACTIVE', undefined],
    ['111111111111', 'shop-1', 'ACTIVE', undefined],
    ['222222222222', 'closed', 'SUSPENDED', undefined],
  ]);
});

test('a list comes in pages, and some pages are empty', async () => {
  organizations.setPages({ size: 1, hasEmptyPages: true });
  const sizes: unknown[] = [];
  for await (const { Accounts } of paginateListAccounts({ client }, {})) sizes.push(Accounts?.length);
  expect(sizes).toEqual([1, 0, 1, 0, 1]);
  const ids: unknown[] = [];
  const input = { ParentId: 'ou-ab12-shop' };
  for await (const { Accounts = [] } of paginateListAccountsForParent({ client }, input))
    ids.push(...Accounts.map(({ Id }) => Id));
  expect(ids).toEqual(['111111111111', '222222222222']);
});

test('a member that is no delegate reads the organization, and no list; a delegate reads lists', async () => {
  const list = () => client.send(new ListAccountsCommand({}));
  organizations.setOrganization({ ...organization, managementAccount: '999999999999' });
  await client.send(new DescribeOrganizationCommand({}));
  await expect(list()).rejects.toThrow(AccessDeniedException);
  await expect(list()).rejects.toThrow("You don't have permissions to access this resource.");
  organizations.setOrganization({ ...organization, managementAccount: '999999999999', delegates: [home] });
  await list();
  organizations.setOrganization(null);
  await expect(client.send(new DescribeOrganizationCommand({}))).rejects.toThrow(AWSOrganizationsNotInUseException);
});
