import { renderPlain } from '../../lambda/alerts/escape.ts';
import type { Resource } from '../../lambda/history/entry.ts';
import { type AccountNames, labelAccount } from '../questions/account-names.ts';
import type { Channel } from './terminal.ts';

/** The titles of the columns of `renderPlace`. */
export function placeTitles(isRoomy: boolean, names: AccountNames): string[] {
  return ['INSTANCE', ...(isRoomy ? ['REGION', ...(names === null ? [] : ['ACCOUNT'])] : [])];
}

/** `prod (111122223333)`, printable. */
export const renderAccount = (account: string, names: AccountNames): string =>
  renderPlain(labelAccount(names, account), 80);

/** Returns `web-1 in eu-west-1`; if `names` is not `null`, `web-1 in eu-west-1 of prod (111122223333)`. */
export const describePlace = (resource: Resource, names: AccountNames): string =>
  `${renderPlain(resource.instanceName ?? '', 80)} in ${listPlace(resource, names).join(' of ')}`;

/** Returns the region and, if `names` is not `null`, the account. */
export function listPlace({ account, region }: Resource, names: AccountNames): string[] {
  return [renderPlain(region, 40), ...(names === null ? [] : [renderAccount(account, names)])];
}

/**
 * Returns the cells of a table for the name, the region and, if `names` is not `null`, the account. If `isRoomy` is false, returns one cell
 * with a line for each of them.
 */
export function renderPlace(
  { account, instanceName, region }: Resource,
  isRoomy: boolean,
  { style }: Channel,
  names: AccountNames,
): string[] {
  const name = renderPlain(instanceName ?? '', 40);
  const places = [renderPlain(region, 20), ...(names === null ? [] : [renderAccount(account, names)])];
  return isRoomy ? [name, ...places] : [[name, ...places.map((place) => style('dim', place))].join('\n')];
}
