/** The items of the registry of accounts: the accounts, the newest pass, and whether the organisation can be listed. */
import {
  accountSchema,
  type OrganizationState,
  organizationSchema,
  type WatchedAccount,
} from '../../accounts/watched-account.ts';
import { accountKey, organizationKey, passKey } from '../../contract/table-keys.ts';
import { type Pass, passSchema } from '../../pass/interfaces.ts';
import { type Item, readItem, schemaVersion } from './read-item.ts';

export const toAccountItem = (monitor: string, account: WatchedAccount): Item => ({
  ...accountKey(monitor, account.account),
  schema: schemaVersion,
  ...account,
});

export const fromAccountItem = (item: Item): WatchedAccount =>
  readItem(item, (fields) => accountSchema.safeParse(fields));

export const toOrganizationItem = (monitor: string, state: OrganizationState): Item => ({
  ...organizationKey(monitor),
  schema: schemaVersion,
  ...state,
});

export const fromOrganizationItem = (item: Item): OrganizationState =>
  readItem(item, (fields) => organizationSchema.safeParse(fields));

export const toPassItem = (monitor: string, pass: Pass): Item => ({
  ...passKey(monitor),
  schema: schemaVersion,
  ...pass,
});

export const fromPassItem = (item: Item): Pass => readItem(item, (fields) => passSchema.safeParse(fields));
