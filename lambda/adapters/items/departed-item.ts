import * as z from 'zod/mini';
import { instant, text, textOrNull } from '../../contract/item-fields.ts';
import { departedKey } from '../../contract/table-keys.ts';
import type { Departed } from '../../scan/interfaces.ts';
import { type Item, readItem, toItem } from './read-item.ts';

const departedSchema = z.object({
  region: text,
  instanceName: text,
  arn: textOrNull,
  firstSeenAt: instant,
  goneAt: instant,
});

export function toDepartedItem({ resource, arn, firstSeenAt, goneAt }: Departed): Item {
  const { region, instanceName } = resource;
  return toItem(departedKey(resource, goneAt), { region, instanceName, arn, firstSeenAt, goneAt });
}

export function fromDepartedItem(account: string, item: Item): Departed {
  const { region, instanceName, ...rest } = readItem(item, departedSchema);
  return { resource: { account, region, instanceName }, ...rest };
}
