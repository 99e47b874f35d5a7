/**
 * The points that no document of Lightsail decides, each with the ways in which the service could behave. The stand-in can behave in each
 * of these ways. The first value of each point is its default: the most dangerous one for the source lists, the most literal one otherwise.
 */
import { z } from 'zod';

export const readings = {
  /** Sources of one address family only: the other family is open to the `world`, or gets no source. */
  missingFamily: z.enum(['world', 'none']),
  /** An alias, and no source of either family. */
  aliasAlone: z.enum(['world', 'none']),
  /** Open on ports that are open: adds the sources, or replaces those that were there. */
  opening: z.enum(['adds', 'replaces']),
  /** Close with sources: closes these sources, or the ports for all sources. */
  closing: z.enum(['sources', 'ports']),
  /** Close without sources: closes the ports for every source, or only for the `world`, which a missing list means elsewhere. */
  closingUnnamed: z.enum(['every-source', 'world']),
  /** Close of ports that are a part of a rule's ports, or that contain them: leaves the rule, or closes the part. */
  closingPart: z.enum(['leaves', 'closes']),
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
};
