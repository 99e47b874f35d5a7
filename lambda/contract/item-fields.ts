/**
 * Fields that several kinds of stored items share. The type of an item is inferred from its schema, so each field is defined once. The
 * schemas use zod/mini, because zod adds ten times as much to a function's bundle. Rules are only checked to be a list: each rule is kept
 * as Lightsail answered it.
 */
import * as z from 'zod/mini';
import { severities } from '../firewall/rating/severity.ts';
import { asPortStates } from '../firewall/rules/port-state.ts';
import { type ReachProtocol, verdicts } from '../firewall/sets/reach.ts';
import { allProtocols } from '../firewall/sets/rectangle.ts';

export const text = z.string();
export const textOrNull = z.nullable(text);
export const count = z.int().check(z.nonnegative());
/** ISO-8601 UTC with milliseconds. */
export const instant = z.iso.datetime({ precision: 3 });
export const instantOrNull = z.nullable(instant);

export const rulesSchema = z.pipe(
  z.array(z.unknown()),
  z.transform((values) => asPortStates(values)),
);

const knownProtocols: ReadonlySet<string> = new Set(allProtocols);
const protocolSchema = z.custom<ReachProtocol>(
  (value) => typeof value === 'string' && (knownProtocols.has(value) || value.startsWith('unknown:')),
);

export const reachSchema = z.array(
  z.object({ protocol: protocolSchema, from: count, to: count, sources: z.array(text) }),
);

export const verdictSchema = z.nullable(z.enum(verdicts));
export const severitySchema = z.enum(severities);
