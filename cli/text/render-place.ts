import { renderPlain } from '../../lambda/alerts/escape.ts';
import type { Resource } from '../../lambda/history/entry.ts';
import { type AccountNames, labelAccount } from '../questions/account-names.ts';
import type { Channel } from './terminal.ts';

/** The titles of the cells of `renderPlace`. */
export function placeTitles(isRoomy: boolean, names: AccountNames): string[] {
  return ['INSTANCE', ...(isRoomy ? ['REGION', ...(names === null ? [] : ['ACCOUNT'])] : [])];
}

/** Region and, among several accounts, the account: the parts of a heading. */
export function listPlace({ account, region }: Resource, names: AccountNames): string[] {
  return [renderPlain(region, 40), ...(names === null ? [] : [renderPlain(labelAccount(names, account), 80)])];
}

/** Name, region and, among several accounts, the account as cells of a table. If not `isRoomy`: one cell with a line for each. */
export function renderPlace(
  { account, instanceName, region }: Resource,
  isRoomy: boolean,
  { style }: Channel,
  names: AccountNames,
): string[] {
  const name = renderPlain(instanceName ?? '', 40);
  const places = [renderPlain(region, 20), ...(names === null ? [] : [renderPlain(labelAccount(names, account), 80)])];
  return isRoomy ? [name, ...places] : [[name, ...places.map((place) => style('dim', place))].join('\n')];
}
