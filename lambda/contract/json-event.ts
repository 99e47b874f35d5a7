/**
 * The schema of the JSON event: `portwatch.digest/1`, or `portwatch.digest/2` if the monitor watches several accounts. In
 * `portwatch.digest/2` the alerts name their accounts. The event is the body of an SNS message for programs; docs/alerts.md documents its
 * fields.
 *
 * The schema reads an event as leniently as the contract requires: unknown fields and kinds are ignored, and most missing or malformed
 * fields get a default. A list element that lacks a field without a default is left out. The types of the alerts are inferred from the
 * schema. The schema uses zod/mini, because the bundle of the Slack function contains this file.
 */
import * as z from 'zod/mini';
import { defaultRatingPolicy } from '../firewall/rating/rating-policy.ts';
import { severities } from '../firewall/rating/severity.ts';
import { asPortStates, type PortState } from '../firewall/rules/port-state.ts';
import { type ReachProtocol, verdicts } from '../firewall/sets/reach.ts';
import { allProtocols } from '../firewall/sets/rectangle.ts';
import { callerKinds, callFits, callSearches } from '../history/attribution-values.ts';

/**
 * A later version can add kinds; readers ignore unknown kinds. A new kind also needs an entry in `alert-kinds.ts` and one in
 * `alert-view.ts`.
 */
export const alertKinds = [
  'monitoring-started',
  'firewall-changed',
  'firewall-flapped',
  'instance-appeared',
  'instance-gone',
  'unreadable',
  'readable-again',
  'region-unreadable',
  'region-readable-again',
  'account-unreadable',
  'account-readable-again',
  'account-removed',
  'organization-unreadable',
  'organization-readable-again',
  'attributed',
  'attribution-denied',
  'approved',
  'approval-ended',
  'approval-revoked',
  'approval-unreadable',
  'still-open',
  'all-is-well',
  'test',
] as const;

const text = z.catch(z.string(), '');
const textOrNull = z.catch(z.nullable(z.string()), null);
const numberOr = (otherwise: number) => z.catch(z.number(), otherwise);
const count = numberOr(0);
const severity = z.catch(z.enum(severities), 'high');
const onlyTrue = z.catch(z.optional(z.literal(true)), undefined);

/** The valid elements of a list; an empty list if the value is not a list. */
const listOf = <T extends z.core.$ZodType>(element: T) => z.catch(listIfList(element), () => []);
const listOrNull = <T extends z.core.$ZodType>(element: T) => z.catch(z.nullable(listIfList(element)), null);
const listIfList = <T extends z.core.$ZodType>(element: T) =>
  z.pipe(
    z.array(z.unknown()),
    z.transform((values: unknown[]) => values.flatMap((value) => validOrNothing(element, value))),
  );

function validOrNothing<T extends z.core.$ZodType>(element: T, value: unknown): z.output<T>[] {
  const parsed = z.safeParse(element, value);
  return parsed.success ? [parsed.data] : [];
}

/** An object whose fields all have defaults. A value that is not an object becomes these defaults. */
const objectOrDefaults = <T extends z.core.$ZodLooseShape>(shape: T) => {
  const schema = z.object(shape);
  return z.catch(schema, () => z.parse(schema, {}));
};
const objectOrNull = <T extends z.core.$ZodLooseShape>(shape: T) => z.catch(z.nullable(z.object(shape)), null);
const objectOrNothing = <T extends z.core.$ZodLooseShape>(shape: T) => z.catch(z.optional(z.object(shape)), undefined);

const protocol = z.pipe(
  text,
  z.transform(
    (value: string): ReachProtocol =>
      allProtocols.find((each) => each === value) ?? `unknown:${value.replace(/^unknown:/, '')}`,
  ),
);
const reach = z
  .object({ protocol, from: z.number(), to: z.number(), sources: listOf(z.string()) })
  .check(z.refine(({ from, to }) => from >= 0 && to >= from));
const verdict = z.catch(z.nullable(z.enum(verdicts)), null);
/** Elements of `portStates` as Lightsail answered them, unchecked. */
const rules = z.catch(
  z.nullable(
    z.pipe(
      z.array(z.unknown()),
      z.transform((values: unknown[]): PortState[] => asPortStates(values)),
    ),
  ),
  null,
);

const attributedCall = z.object({
  eventId: text,
  at: text,
  name: z.catch(z.string(), 'a call'),
  by: z.string(),
  arn: textOrNull,
  sourceIpAddress: textOrNull,
  userAgent: textOrNull,
  through: z.catch(z.nullable(z.enum(callerKinds)), null),
});

const attribution = z
  .object({
    calls: listOf(attributedCall),
    fit: z.catch(z.enum(callFits), 'not-told'),
    foundBy: z.catch(z.enum(callSearches), 'lookup'),
    foundAt: text,
    /** The number of later calls that are missing in `calls`, because the message has no room for them. */
    callsLeftOut: z.catch(z.optional(z.number().check(z.positive())), undefined),
  })
  .check(z.refine(({ calls }) => calls.length > 0));
const attributionOrNull = z.catch(z.nullable(attribution), null);

/** A part of the opened or closed exposure that an approval covers; `reach` is `null` if the message or the table has no room for it. */
const approvedPart = z.object({ id: text, by: text, reason: text, until: textOrNull, reach: listOrNull(reach) });

const summary = z.object({
  instancesListed: count,
  instancesRead: count,
  /** At most 20 instances, most severe first. `severity` and `exposure` are those of the unapproved exposure. */
  worst: listOf(
    z.object({
      instanceName: text,
      severity,
      exposure: listOf(reach),
      reason: text,
      /** Set if the instance also has open exposure that is approved. */
      hasApproved: onlyTrue,
    }),
  ),
  /** How many instances are missing in `worst`. */
  more: count,
});

const weekCounts = {
  scans: count,
  completeScans: count,
  /** The longest time without a complete scan. */
  longestSilenceSeconds: count,
  /** Changes of an exposure, also transient changes, and instances that appeared or were deleted. Expected changes are not counted. */
  changes: objectOrDefaults({ critical: count, high: count, medium: count, low: count, info: count }),
  /** Changes that were recorded and not sent, because the setting `expected` describes them. */
  expectedChanges: count,
  /** Changes of the rules without an effect on the exposure. They are recorded and not sent. */
  rewritten: count,
  /**
   * The number of changes that no event reported, among the newest 200 changes in regions whose events reach the monitor. Left out if the
   * events of no region reach the monitor.
   */
  unannounced: z.optional(count),
};
/**
 * In `portwatch.digest/2` only. `account`: the account of the alert, or of an element of a list in the alert. `accountName`: the name of
 * this account in the organisation.
 */
const accountFields = {
  account: z.catch(z.optional(z.string()), undefined),
  accountName: z.catch(z.optional(z.string()), undefined),
};
const openInstance = z.object({
  ...accountFields,
  instanceName: text,
  region: text,
  severity,
  reason: text,
  /** Instant since which the firewall of the instance is unchanged. */
  since: textOrNull,
  /** True if the instance cannot be read now; the values are then its last known state. */
  isLastKnown: z.catch(z.boolean(), false),
});
/**
 * `reach`: the live exposure of the instance that is not approved. In an alert about an approval that has ended or was revoked: only the
 * part of this exposure that the approval covered.
 */
const stillOpen = z.object({ ...openInstance.shape, reach: listOrNull(reach) });
/** `instanceName` is `null` for a gap of a whole region. */
const openGap = z.object({ ...accountFields, region: text, instanceName: textOrNull, reason: text, since: text });
const week = {
  from: text,
  until: text,
  /** `null`: the week could not be counted, because the table or a change of the week could not be read. */
  counts: objectOrNull(weekCounts),
  /** At most 20 instances: those whose unapproved exposure is critical or high now, most severe first. */
  openToWorld: listOf(openInstance),
  openToWorldMore: count,
  /** At most 20 gaps. */
  gaps: listOf(openGap),
  gapsMore: count,
  subscriptions: objectOrNull({ confirmed: count, pending: count, deleted: count }),
  /** The number of approvals in force at `until`. The exposure that they cover is not in `openToWorld`. Left out if none. */
  approvalsInForce: z.catch(z.optional(count), undefined),
  /** Reasons of the expected changes that expired between `from` and `until`; left out if none did. */
  ranOut: z.catch(z.optional(listIfList(z.string())), undefined),
  /** Each problem of the monitor in a few words; empty if all is well. */
  problems: listOf(z.string()),
};

const alert = z.object({
  ...accountFields,
  /**
   * A hash; an alert that is sent again has the same `alertId`. For a history entry, the hash is made of the resource, the version of the
   * entry and the kind. The resource is the ARN, or without an ARN the account, the region and the name.
   */
  alertId: text,
  kind: z.enum(alertKinds),
  severity,
  reason: text,
  region: text,
  instance: objectOrNull({
    name: text,
    arn: textOrNull,
    publicIpAddress: textOrNull,
    ipv6Addresses: listOf(z.string()),
    ipAddressType: textOrNull,
  }),
  /** Start of the last scan that confirmed the state before the change, or null. `firewall-flapped`: when the transient change began. */
  changedAfter: textOrNull,
  /** When the new state was read. `firewall-flapped`: when the transient change ended. */
  changedBefore: text,
  verdict,
  /** A list is `null` if the alert was too large for a message. The entry at `details` has the list. */
  opened: listOrNull(reach),
  closed: listOrNull(reach),
  rulesBefore: rules,
  rulesAfter: rules,
  dormant: listOrNull(reach),
  notes: listOrNull(z.object({ code: text, text })),
  /** `null`: the actor is unknown, or not known yet. */
  changedBy: attributionOrNull,
  restoreCommand: textOrNull,
  /** The effect of `restoreCommand`, as a phrase; left out if there is no command. */
  restoreEffect: z.catch(z.optional(z.string()), undefined),
  /** Why `restoreCommand` is `null`. */
  restoreNote: textOrNull,
  /** The key of the whole entry in the table. */
  details: objectOrDefaults({ table: text, pk: text, sk: text }),
  /** Set if attribution is turned off: `changedBy` then stays `null`. */
  attributionOff: onlyTrue,
  /** `attributed` only: the `alertId` of the alert that this attribution belongs to. */
  attributes: z.catch(z.optional(z.string()), undefined),
  /** Set in alerts about a gap or the end of a gap, and about an account or organisation that cannot be read. */
  failure: objectOrNothing({ reason: text, message: text, since: text }),
  /**
   * Set only if `kind` is `instance-appeared`: the deleted instance of the same name, and the change from its last firewall to the firewall
   * of the new instance.
   */
  replaces: objectOrNothing({ arn: textOrNull, opened: listOrNull(reach), closed: listOrNull(reach), verdict }),
  /** Left out if no approval covers any part of the change and all approvals could be read. The `severity` of the alert is that of the
   * unapproved part.
   */
  approved: objectOrNothing({
    opened: listOf(approvedPart),
    closed: listOf(approvedPart),
    /** False if some approvals could not be read. These approvals were ignored. */
    isComplete: z.catch(z.boolean(), true),
  }),
  /**
   * Set only if `kind` is `approved`, `approval-ended` or `approval-revoked`. `instance`, `region`, `account` and `arn` limit the approval;
   * `null` is no limit.
   */
  approval: objectOrNothing({
    id: text,
    origin: z.catch(z.enum(['configuration', 'command']), 'command'),
    instance: textOrNull,
    region: textOrNull,
    account: textOrNull,
    arn: textOrNull,
    exposure: listOrNull(reach),
    reason: text,
    /** The name of the approver, as the person or the configuration gave it. Portwatch does not verify the name. */
    by: text,
    from: textOrNull,
    until: textOrNull,
    revoked: objectOrNull({ at: text, by: text, reason: textOrNull }),
  }),
  /**
   * Set only if `kind` is `approval-ended`, `approval-revoked` or `still-open`: at most 20 instances with open exposure, most severe first.
   */
  stillOpen: z.catch(z.optional(listIfList(stillOpen)), undefined),
  /** How many instances are missing in `stillOpen`; left out if none is. */
  stillOpenMore: z.catch(z.optional(count), undefined),
  /** Set only if `kind` is `monitoring-started`. */
  summary: z.catch(z.optional(summary), undefined),
  /** Set only if `kind` is `all-is-well`. */
  week: objectOrNothing(week),
});

/**
 * A monitor of several accounts sends `portwatch.digest/2`, any other monitor sends `portwatch.digest/1`. A later version that changes a
 * field's meaning uses a new number.
 */
export const digestSchemas = ['portwatch.digest/1', 'portwatch.digest/2'] as const;

const digest = z
  .object({
    schema: z.enum(digestSchemas),
    digestId: text,
    /** The account of the deployment. */
    account: text,
    /** The setting `name`; by default the account id. */
    name: z.catch(z.optional(z.string()), undefined),
    scannedAt: text,
    /**
     * The high-risk ports of the deployment, which a renderer needs to order lists by risk. An event without this field gets the default
     * list.
     */
    highRiskPorts: z.catch(z.array(z.number()), [...defaultRatingPolicy.highRiskPorts]),
    part: objectOrDefaults({ index: numberOr(1), count: numberOr(1) }),
    coverage: objectOrDefaults({
      instancesListed: count,
      instancesRead: count,
      regionsListed: count,
      /**
       * Regions that could not be listed in this scan, also regions that were never readable. Empty in `portwatch.digest/2` and for an
       * event scan.
       */
      regionsSkipped: listOf(z.string()),
      /** Regions that are empty and were not listed in this scan (`emptyRegionsEveryMinutes`); left out if there is none. */
      regionsNotDue: z.catch(z.optional(z.array(z.string())), undefined),
      /** Set for an event scan: `instancesListed` then counts only the instances that events named. */
      onlyNamed: onlyTrue,
      /**
       * The number of watched accounts. This field and the next three are in `portwatch.digest/2` only. There, the counts of instances are
       * sums over the accounts, and `regionsListed` counts a region once for all accounts.
       */
      accounts: z.catch(z.optional(z.number()), undefined),
      accountsScanned: z.catch(z.optional(z.number()), undefined),
      /** Accounts for which the monitor got no credentials, or that could not be scanned; at most 100. */
      accountsFailed: z.catch(z.optional(listIfList(z.string())), undefined),
      /** The number of accounts that are missing in `accountsFailed`. */
      accountsFailedMore: z.catch(z.optional(z.number()), undefined),
    }),
    alerts: listIfList(alert),
    /** The numbers of alerts, by severity and kind, that are not sent in full. Set only if more than 200 alerts waited. */
    counted: z.catch(z.optional(listIfList(z.object({ severity, kind: z.enum(alertKinds), count }))), undefined),
    /** The AWS CLI commands that list the alerts of `counted`. Left out if the monitor watches several accounts. */
    countedQuery: z.catch(z.optional(z.string()), undefined),
  })
  .check(z.refine(({ alerts, counted = [] }) => alerts.length + counted.length > 0));

export type AlertKind = (typeof alertKinds)[number];
export type Alert = z.output<typeof alert>;
export type AlertAttribution = z.output<typeof attribution>;
export type Coverage = Digest['coverage'];
export type Digest = z.output<typeof digest> & { name: string };
export type WeekSummary = NonNullable<Alert['week']>;
export type WeekCounts = NonNullable<WeekSummary['counts']>;
export type OpenInstance = WeekSummary['openToWorld'][number];
export type StillOpen = NonNullable<Alert['stillOpen']>[number];
export type OpenGap = WeekSummary['gaps'][number];

/** `null`: not an event of this schema, or an event in which no alert, sent or counted, has a known kind. */
export function parseDigest(value: unknown): Digest | null {
  const parsed = z.safeParse(digest, value);
  return parsed.success ? { ...parsed.data, name: parsed.data.name ?? parsed.data.account } : null;
}

/** `null`: not an alert of a known kind. */
export function parseAlert(value: unknown): Alert | null {
  const parsed = z.safeParse(alert, value);
  return parsed.success ? parsed.data : null;
}

/** Parses `changedBy` of an alert. `null`: the value names no call. */
export function parseAttribution(value: unknown): AlertAttribution | null {
  return z.parse(attributionOrNull, value);
}
