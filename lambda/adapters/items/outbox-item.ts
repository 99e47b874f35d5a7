/** One group of alerts in the outbox. A group that is too large for an item loses long fields. */
import * as z from 'zod/mini';
import type { DecidedAlert } from '../../alerts/decide-alerts.ts';
import { shrinkTogether } from '../../alerts/shrink-alert.ts';
import { instant, reachSchema, text } from '../../contract/item-fields.ts';
import { parseAlert } from '../../contract/json-event.ts';
import { outboxKey } from '../../contract/table-keys.ts';
import { severities, worstSeverity } from '../../firewall/index.ts';
import type { StoredGroup } from '../../pass/interfaces.ts';
import type { AlertGroup } from '../../scan/interfaces.ts';
import { packFirstThatFits } from './packed-fields.ts';
import { type Item, readItem, schemaVersion } from './read-item.ts';

/**
 * An alert of an unknown kind makes its group unreadable, so that the group stays in the outbox. The JSON event's schema leaves such alerts
 * out.
 */
const alertSchema = z.pipe(
  z.unknown(),
  z.transform((value: unknown, context): DecidedAlert => {
    const alert = parseAlert(value);
    if (alert === null) {
      context.issues.push({ code: 'custom', message: 'not an alert of a known kind', input: value });
      return z.NEVER;
    }
    const openBefore = openBeforeSchema.safeParse(value).data?.openBefore;
    return openBefore === undefined ? alert : { ...alert, openBefore };
  }),
);
const openBeforeSchema = z.object({ openBefore: reachSchema });

const groupSchema = z.object({
  account: text,
  accountName: text,
  at: instant,
  alerts: z.array(alertSchema).check(z.minLength(1)),
});

/** `monitor`: the id of the monitor account. Throws an Error for a group without alerts. */
export function toOutboxItem(monitor: string, { account, accountName, at, alerts }: AlertGroup): Item {
  const [first] = alerts;
  if (first === undefined) throw new Error('a group of alerts has at least one alert');
  const rank = severities.indexOf(worstSeverity(alerts.map(({ severity }) => severity)));
  return {
    ...outboxKey(monitor, rank, account, first.alertId),
    schema: schemaVersion,
    account,
    accountName,
    at,
    ...packFirstThatFits(versionsOf(alerts)),
  };
}

function* versionsOf(alerts: AlertGroup['alerts']): Generator<{ alerts: readonly DecidedAlert[] }> {
  yield { alerts };
  // `openBefore` is left out first, because only the mail uses it.
  const inEvent = alerts.map(({ openBefore: _, ...alert }) => alert);
  for (const shrunken of shrinkTogether(inEvent)) yield { alerts: shrunken };
}

export function fromOutboxItem(item: Item): StoredGroup {
  return { key: String(item['sk']), ...readItem(item, groupSchema) };
}
