/**
 * What a configuration may say. The shapes are here, the words for what does not fit them are in `config-expectations.ts`.
 */
import { z } from 'zod';

/** Worst first; the same words as `lambda/firewall/rating/severity.ts`, which a test holds. */
export const alertSeverities = ['critical', 'high', 'medium', 'low', 'info'] as const;

const port = z.int().min(0).max(65535);

const ports = z
  .union([port, z.string().regex(/^\d{1,5}(-\d{1,5})?$/), z.strictObject({ from: port, to: port })])
  .transform((value) => {
    if (typeof value === 'object') return value;
    const [from = Number.NaN, to = from] = String(value).split('-').map(Number);
    return { from, to };
  })
  .refine(({ from, to }) => from <= to && to <= 65535);

/** A network, a prefix length, or the ranges of the browser's SSH. */
const widestSource = z.union([
  z.cidrv4(),
  z.cidrv6(),
  z.string().regex(/^\/(\d|[1-9]\d|1[01]\d|12[0-8])$/),
  z.literal('lightsail-connect'),
]);

/** An instant, or a day: then it counts to the day's end, UTC. */
const until = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);

const regionName = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d{1,2}$/);

const expectedChange = z
  .strictObject({
    instance: z.string().min(1).max(255).optional(),
    region: regionName.optional(),
    protocol: z.enum(['tcp', 'udp', 'icmp', 'icmpv6', 'all']).optional(),
    ports: ports.optional(),
    widestSource: widestSource.optional(),
    reason: z.string().trim().min(1).max(200),
    until: until.optional(),
  })
  // Without any of these, every change in the account would be silenced by one entry.
  .refine(({ instance, protocol, ports, widestSource }) => [instance, protocol, ports, widestSource].some(isGiven))
  // The ports of ICMP are types and codes.
  .refine(({ protocol, ports }) => !(isGiven(ports) && protocol?.startsWith('icmp')), { path: ['ports'] });

function isGiven(value: unknown): boolean {
  return value !== undefined;
}

/** One or more: a single address may stand alone. */
const emails = z.preprocess(
  (given) => (typeof given === 'string' ? [given] : given),
  z
    .array(z.email())
    .min(1)
    .max(100)
    .transform((all) => [...new Set(all)]),
);

export const configSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[\x21-\x7e]([\x20-\x7e]{0,30}[\x21-\x7e])?$/)
    .optional(),
  email: emails.default([]),
  slack: z
    .strictObject({
      workspaceId: z.string().regex(/^T[A-Z0-9]{7,20}$/),
      channelId: z.string().regex(/^[CG][A-Z0-9]{7,20}$/),
    })
    .optional(),
  slackWebhookParameter: z
    .string()
    .regex(/^(\/[\w.-]+)+$|^[\w.-]+$/)
    .max(1011)
    .optional(),
  scanEveryMinutes: z.int().min(1).max(1440).default(5),
  regions: z
    .array(regionName)
    .min(1)
    .max(60)
    .transform((all) => [...new Set(all)].sort())
    .optional(),
  alertFrom: z.enum(alertSeverities).default('low'),
  expected: z.array(expectedChange).default([]),
  weeklyDigest: z.boolean().default(true),
  tellGapAfterScans: z.int().min(1).max(1000).default(2),
  keepHistoryDays: z.int().min(1).max(36500).optional(),
  highRiskPorts: z
    .array(port)
    .max(200)
    .transform((all) => [...new Set(all)].sort((one, other) => one - other))
    .optional(),
  attribution: z.boolean().default(true),
  attributedAlerts: z.boolean().default(true),
  eventPath: z.boolean().default(true),
  eventRegions: z
    .array(regionName)
    .max(60)
    .transform((all) => [...new Set(all)].sort())
    .default([]),
  existingTable: z
    .string()
    .regex(/^[\w.-]{3,255}$/)
    .optional(),
  tags: z.record(z.string().regex(/^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/iu), z.string().max(256)).default({}),
});

/** A checked configuration, its defaults filled in. */
export type Config = Readonly<z.output<typeof configSchema>>;

export type ConfigKey = keyof Config;
