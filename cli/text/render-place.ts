import { renderPlain } from '../../lambda/alerts/escape.ts';
import type { Resource } from '../../lambda/history/entry.ts';
import type { Channel } from './terminal.ts';

/** Name and region as two cells of a table; if not `isRoomy`, as one cell of two lines. */
export function renderPlace({ instanceName, region }: Resource, isRoomy: boolean, { style }: Channel): string[] {
  const name = renderPlain(instanceName ?? '', 40);
  const place = renderPlain(region, 20);
  return isRoomy ? [name, place] : [`${name}\n${style('dim', place)}`];
}
