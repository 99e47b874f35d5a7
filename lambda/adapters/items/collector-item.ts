import * as z from 'zod/mini';
import { instant } from '../../contract/item-fields.ts';
import type { CollectorGrant } from '../../pass/interfaces.ts';
import type { Item } from './read-item.ts';

const parseInstant = (value: unknown): string | null => z.catch(z.nullable(instant), null).parse(value);

/** A missing or damaged instant becomes `null` (never published), so the collector publishes sooner. */
export function fromCollectorItem({ criticalAt, allAt }: Item): CollectorGrant {
  return { criticalAt: parseInstant(criticalAt), allAt: parseInstant(allAt) };
}
