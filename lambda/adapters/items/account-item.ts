/** The items of the registry of accounts: the accounts, the newest pass, and whether the organisation can be listed. */
import * as z from 'zod/mini';
import type { OrganizationState, WatchedAccount } from '../../accounts/watched-account.ts';
import { accountKey, organizationKey, passKey } from '../../contract/table-keys.ts';
import type { Pass } from '../../pass/interfaces.ts';
import { count, failureFields, instant, instantOrNull, text } from './item-fields.ts';
import { type Item, readItem, schemaVersion } from './read-item.ts';

const failure = z.nullable(z.object({ ...failureFields, lastAt: instant, passes: count, isAlerted: z.boolean() }));

const accountSchema = z.object({
  account: text,
  name: text,
  status: z.enum(['watched', 'removed']),
  since: instant,
  removedBecause: z.nullable(z.enum(['suspended', 'left', 'not-configured'])),
  isRemovalAlerted: z.boolean(),
  failure,
  version: count,
});

const organizationSchema = z.object({ failure, version: count });

const passSchema = z.object({ startedAt: instant, accounts: count, endedAt: instantOrNull, complete: z.boolean() });

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
