import * as z from 'zod/mini';
import { alertIdOf } from '../../alerts/alert-id.ts';
import { entryKey, timelineKeys } from '../../contract/table-keys.ts';
import { entryKinds, type HistoryEntry } from '../../history/entry.ts';
import { attributionSchema } from './attribution-item.ts';
import {
  count,
  factsSchema,
  failureFields,
  instant,
  instantOrNull,
  reachSchema,
  resourceSchema,
  rulesSchema,
  severitySchema,
  text,
  textOrNull,
  verdictSchema,
} from './item-fields.ts';
import { lightenEntry } from './lighten-entry.ts';
import { packFirstThatFits } from './packed-fields.ts';
import { type Item, readItem, schemaVersion } from './read-item.ts';

const replacedSchema = z.object({
  instance: factsSchema,
  firstSeenAt: instant,
  rulesAt: instantOrNull,
  exposure: reachSchema,
  opened: reachSchema,
  closed: reachSchema,
  verdict: verdictSchema,
  severity: severitySchema,
  reason: text,
});

const summarySchema = z.object({
  instancesListed: count,
  instancesRead: count,
  worst: z.array(
    z.object({
      instanceName: text,
      severity: severitySchema,
      exposure: reachSchema,
      reason: text,
      hasApproved: z.optional(z.literal(true)),
    }),
  ),
  more: count,
});

const approvedParts = z.array(z.object({ id: text, by: text, reason: text, until: instantOrNull, reach: reachSchema }));
const approvedSchema = z.object({
  opened: approvedParts,
  closed: approvedParts,
  isSilent: z.boolean(),
  isComplete: z.boolean(),
});

export const entrySchema = z.object({
  resource: resourceSchema,
  at: instant,
  version: count,
  kind: z.enum(entryKinds),
  instance: z.nullable(factsSchema),
  rules: z.nullable(rulesSchema),
  previousRulesAt: instantOrNull,
  verdict: verdictSchema,
  opened: reachSchema,
  closed: reachSchema,
  dormant: reachSchema,
  notes: z.array(z.object({ code: text, text })),
  differenceLeftOut: z.optional(z.literal(true)),
  severity: severitySchema,
  reason: text,
  changedAfter: instantOrNull,
  changedBefore: instant,
  changedBy: z.optional(z.nullable(attributionSchema)),
  expected: textOrNull,
  approved: z.optional(approvedSchema),
  failure: z.nullable(z.object(failureFields)),
  replaces: z.nullable(replacedSchema),
  summary: z.nullable(summarySchema),
  rulesHash: textOrNull,
  exposureHash: textOrNull,
  algoVersion: count,
  commitId: text,
});

export function toEntryItem(entry: HistoryEntry): Item {
  const {
    resource,
    rules,
    opened,
    closed,
    dormant,
    notes,
    differenceLeftOut,
    replaces,
    summary,
    approved,
    changedBy,
    ...rest
  } = entry;
  const large = {
    rules,
    opened,
    closed,
    dormant,
    notes,
    replaces,
    summary,
    ...(approved && { approved }),
    ...(differenceLeftOut && { differenceLeftOut }),
  };
  return {
    ...entryKey(resource, entry.at),
    schema: schemaVersion,
    ...rest,
    // Always stored. So a missing attribute shows that the index lacks it, and not the entry.
    changedBy: changedBy ?? null,
    account: resource.account,
    region: resource.region,
    instanceName: resource.instanceName,
    arn: entry.instance?.arn ?? null,
    alertId: alertIdOf(entry),
    ...timelineKeys(resource, entry.at),
    ...packFirstThatFits(lightenEntry(large)),
  };
}

export function fromEntryItem(item: Item): HistoryEntry {
  const { changedBy, ...entry } = readItem(item, (fields) => {
    const { account, region, instanceName = null } = fields;
    return entrySchema.safeParse({ ...fields, resource: { account, region, instanceName } });
  });
  return changedBy ? { ...entry, changedBy } : entry;
}
