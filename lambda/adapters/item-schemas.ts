/**
 * What may stand in an item of the snapshot table, checked where it enters. zod/mini, not zod: a tenth of the size in the function.
 * Rules are checked for being a list only: what is odd in them is kept as it came.
 */
import * as z from 'zod/mini';
import { severities } from '../firewall/rating/severity.ts';
import { asPortStates } from '../firewall/rules/port-state.ts';
import type { ReachProtocol } from '../firewall/sets/reach.ts';
import { entryKinds, failureReasons } from '../history/entry.ts';

const text = z.string();
const textOrNull = z.nullable(text);
const count = z.int().check(z.nonnegative());
const instant = z.iso.datetime({ precision: 3 });
export const instantOrNull = z.nullable(instant);

export const rulesSchema = z.pipe(
  z.array(z.unknown()),
  z.transform((values) => asPortStates(values)),
);

const knownProtocols: ReadonlySet<string> = new Set(['tcp', 'udp', 'icmp', 'icmpv6', 'other']);
const protocolSchema = z.custom<ReachProtocol>(
  (value) => typeof value === 'string' && (knownProtocols.has(value) || value.startsWith('unknown:')),
);

const reachSchema = z.array(z.object({ protocol: protocolSchema, from: count, to: count, sources: z.array(text) }));
const notesSchema = z.array(z.object({ code: text, text }));
const verdictSchema = z.nullable(z.enum(['identical', 'rewritten', 'widened', 'narrowed', 'mixed']));
const severitySchema = z.enum(severities);

export const factsSchema = z.object({
  arn: textOrNull,
  publicIpAddress: textOrNull,
  ipv6Addresses: z.array(text),
  ipAddressType: textOrNull,
  blueprintId: textOrNull,
});

const failureFields = { reason: z.enum(failureReasons), message: text, since: instant };
const failureSchema = z.object(failureFields);

export const headFailureSchema = z.object({
  ...failureFields,
  sinceScan: count,
  confirmedAt: instantOrNull,
  gapAt: instantOrNull,
});

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
  worst: z.array(z.object({ instanceName: text, severity: severitySchema, exposure: reachSchema, reason: text })),
  more: count,
});

export const attributionSchema = z.object({
  calls: z.array(
    z.object({
      eventId: text,
      at: instant,
      name: text,
      by: text,
      arn: textOrNull,
      sourceIpAddress: textOrNull,
      userAgent: textOrNull,
      through: z.nullable(z.enum(['console', 'api', 'aws-service'])),
    }),
  ),
  fit: z.enum(['explained', 'not-explained', 'not-told']),
  foundBy: z.enum(['event', 'lookup']),
  foundAt: instant,
});

export const subjectSchema = z.object({ account: text, region: text, instanceName: textOrNull });

export const entrySchema = z.object({
  resource: subjectSchema,
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
  notes: notesSchema,
  differenceLeftOut: z.optional(z.literal(true)),
  severity: severitySchema,
  reason: text,
  changedAfter: instantOrNull,
  changedBefore: instant,
  changedBy: z.optional(z.nullable(attributionSchema)),
  expected: textOrNull,
  failure: z.nullable(failureSchema),
  replaces: z.nullable(replacedSchema),
  summary: z.nullable(summarySchema),
  rulesHash: textOrNull,
  exposureHash: textOrNull,
  algoVersion: count,
  commitId: text,
});

const headFields = z.object({
  resource: subjectSchema,
  version: count,
  recorded: count,
  told: count,
  status: z.enum(['known', 'unknown', 'gone']),
  instance: z.nullable(factsSchema),
  rules: z.nullable(rulesSchema),
  rulesAt: instantOrNull,
  seenAt: instantOrNull,
  lastAt: instantOrNull,
  firstSeenAt: instant,
  failure: z.nullable(headFailureSchema),
  pending: z.nullable(entrySchema),
  baselinedAt: instantOrNull,
});

/** Marks that can't be are damage, and not to be acted on: a `told` that runs ahead would silence what is still to be told. */
export const stateSchema = headFields.check(
  z.refine(
    ({ told, recorded, version }) => told <= recorded && recorded <= version && version <= recorded + 1,
    'expected told <= recorded <= version <= recorded + 1',
  ),
  z.refine(
    ({ recorded, version, pending }) => recorded === version || pending?.version === version,
    'expected the entry that is not yet recorded in pending',
  ),
);

export const lastScanSchema = z.object({
  startedAt: instant,
  complete: z.boolean(),
  regionsListed: z.array(text),
  notRead: z.array(text),
});

export const lastEventRunSchema = z.object({ startedAt: instant, endedAt: instant, settled: z.array(text) });

export const callStateSchema = z.object({
  passedAt: instant,
  doneUntil: z.record(text, instant),
  waitsUntil: instantOrNull,
  toldDenied: z.array(text),
});

/** What is wrong with an item, in one line: every problem with its place. */
export function problemsOf(error: { issues: readonly { path: readonly PropertyKey[]; message: string }[] }): string {
  return error.issues.map(({ path, message }) => `${path.map(String).join('.') || 'item'}: ${message}`).join('; ');
}
