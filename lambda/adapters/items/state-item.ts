import * as z from 'zod/mini';
import { type LatestState, type StateCommit, stateSchema } from '../../history/latest-state.ts';
import { lightenEntry } from './lighten-entry.ts';
import { packFirstThatFits } from './packed-fields.ts';
import { type Item, readItem, schemaVersion } from './read-item.ts';

/** An item with impossible marks is refused, because a `told` that is too high would suppress alerts. */
const { alerted: told, ...shape } = stateSchema.shape;
const itemSchema = z.object({ ...shape, told }).check(
  z.refine(
    ({ told, recorded, version }) => told <= recorded && recorded <= version && version <= recorded + 1,
    'expected told <= recorded <= version <= recorded + 1',
  ),
  z.refine(
    ({ recorded, version, pending }) => recorded === version || pending?.version === version,
    'expected the entry that is not yet recorded in pending',
  ),
);

/**
 * The attributes that a commit writes. The marks `recorded` and `told` are not among them, because another scan can change these marks at
 * the same time.
 */
export function toStateAttributes(latest: StateCommit | LatestState): Item {
  const { resource } = latest;
  return {
    schema: schemaVersion,
    region: resource.region,
    instanceName: resource.instanceName,
    arn: latest.instance?.arn ?? null,
    instance: latest.instance,
    version: latest.version,
    status: latest.status,
    rulesAt: latest.rulesAt,
    seenAt: latest.seenAt,
    lastAt: latest.lastAt,
    firstSeenAt: latest.firstSeenAt,
    failure: latest.failure,
    baselinedAt: latest.baselinedAt,
    rules: null,
    pending: null,
    packed: null,
    ...packFirstThatFits(largeFieldsOf(latest)),
  };
}

/** The rules of the pending entry equal those of the latest state, so the table stores them once. */
function* largeFieldsOf({ rules, pending }: StateCommit | LatestState): Generator<Item> {
  if (pending === null) yield { rules, pending };
  else
    for (const { resource: subject, ...light } of lightenEntry(pending))
      yield { rules, pending: { ...light, subject, rules: light.rules && 'of-head' } };
}

export function fromStateItem(account: string, item: Item): LatestState {
  // The mark `alerted` is stored under its first name, `told`.
  const { told: alerted, ...state } = readItem(item, itemSchema, (fields) => ({
    ...fields,
    resource: { account, region: fields['region'], instanceName: fields['instanceName'] ?? null },
    pending: restorePending(fields),
  }));
  return { ...state, alerted };
}

/** In the table, the resource of a pending entry has the attribute name of the first version, `subject`. */
function restorePending({ pending, rules, version, recorded }: Item): unknown {
  // A recorded entry is no longer pending, but `packed` can hold it until the next commit.
  if (version === recorded) return null;
  if (typeof pending !== 'object' || pending === null || !('rules' in pending) || !('subject' in pending))
    return pending;
  const { subject: resource, ...entry } = pending;
  return { ...entry, resource, rules: entry.rules === 'of-head' ? rules : entry.rules };
}
