/**
 * The behaviours of Lightsail that AWS does not document. Each field lists the possible behaviours, and the stand-in supports all of them.
 * The first value is the default. For a field about sources, it is the most dangerous behaviour; for another field, the behaviour that does
 * what the request says.
 */
import { z } from 'zod';

export const readings = {
  /** Sources of one address family only: the other family is open to the `world`, or gets no source. */
  missingFamily: z.enum(['world', 'none']),
  /** An alias, and no source of either family: both families are open to the `world`, or only the alias has access. */
  aliasAlone: z.enum(['world', 'none']),
  /** Open on ports that are already open: adds the sources, or replaces the earlier sources. */
  opening: z.enum(['adds', 'replaces']),
  /** Close with sources: closes these sources, or the ports for all sources. */
  closing: z.enum(['sources', 'ports']),
  /** Close without sources: closes the ports for every source, or only for the `world`. In Open and Put, no source means the `world`. */
  closingUnnamed: z.enum(['every-source', 'world']),
  /** Close of ports that overlap the ports of a rule but differ from these ports: leaves the rule, or closes the common part. */
  closingPart: z.enum(['leaves', 'closes']),
  /** A rule without any source: the answer names the `world`, or no source. */
  noSources: z.enum(['world', 'unnamed']),
  /** Put of an empty list: is refused, or closes everything. */
  emptyPut: z.enum(['refused', 'closes']),
  /** The answer if everything is closed: an empty list, or no list. */
  emptyAnswer: z.enum(['list', 'missing']),
  /** The answer for the protocol `all`: as in the request, or `-1` with the ports -1. */
  allProtocol: z.enum(['all', 'minus-one']),
  /** The answer for an address without a prefix length: with `/32` or `/128`, or as in the request. */
  bareAddress: z.enum(['prefix', 'bare']),
  /** The answer for an ICMP type and code: as in the request, or every code. */
  icmp: z.enum(['as-sent', 'every-code']),
  /** The rules in the listing of instances: the present rules, or the rules before the last change. */
  listing: z.enum(['same', 'late']),
  /** The error of a region that is not enabled. */
  regionError: z.enum(['UnrecognizedClientException', 'AccessDeniedException']),
} as const;

export const readingsSchema = z.strictObject(readings);
export type LightsailReadings = z.output<typeof readingsSchema>;

export const defaultReadings: LightsailReadings = {
  missingFamily: 'world',
  aliasAlone: 'world',
  opening: 'adds',
  closing: 'sources',
  closingUnnamed: 'every-source',
  closingPart: 'leaves',
  noSources: 'world',
  emptyPut: 'refused',
  emptyAnswer: 'list',
  allProtocol: 'all',
  bareAddress: 'prefix',
  icmp: 'as-sent',
  listing: 'same',
  regionError: 'UnrecognizedClientException',
};
