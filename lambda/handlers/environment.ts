/** What the deployment told the function, parsed where it enters; all problems at once. */
import * as z from 'zod/mini';
import { environmentKeys } from '../contract/names.ts';
import type { ScanSettings } from '../contract/settings.ts';
import { severities } from '../firewall/rating/severity.ts';

const positive = z.int().check(z.positive());
const port = z.int().check(z.minimum(0), z.maximum(65_535));

const expectedSchema = z.object({
  instance: z.optional(z.string()),
  region: z.optional(z.string()),
  protocol: z.optional(z.string()),
  ports: z.optional(z.object({ from: port, to: port })),
  widestSource: z.optional(z.string()),
  reason: z.string(),
  until: z.optional(z.string()),
});

const settingsSchema = z.object({
  name: z.nullable(z.string()),
  regions: z.nullable(z.array(z.string()).check(z.minLength(1))),
  alertFrom: z.enum(severities),
  expected: z.array(expectedSchema),
  tellGapAfterScans: positive,
  keepHistoryDays: z.nullable(positive),
  highRiskPorts: z._default(z.nullable(z.array(port)), null),
  weeklyDigest: z._default(z.boolean(), true),
  scanEveryMinutes: z._default(z.nullable(positive), null),
  eventRegions: z._default(z.nullable(z.array(z.string())), null),
  // Where a deployment says nothing of it, there is no permission for it either.
  attribution: z._default(z.boolean(), false),
  attributedAlerts: z._default(z.boolean(), true),
});

const { account, alertTopicArn, settings, table } = environmentKeys;
const required = z.string().check(z.minLength(1));
const environmentSchema = z.object({
  [account]: required,
  [alertTopicArn]: required,
  [settings]: required,
  [table]: required,
  AWS_REGION: required,
});

export interface ScanEnvironment {
  settings: ScanSettings;
  tableName: string;
  alertTopicArn: string;
  homeRegion: string;
  /** Are calls looked up, to say who did it? */
  followsCalls: boolean;
  /** `undefined`: no weekly digest is wanted. */
  weekly: { scanEveryMinutes: number | null; eventRegions: readonly string[] } | undefined;
}

/** Throws one error that names every variable that is missing, and every setting that is not what it should be. */
export function parseScanEnvironment(environment: Record<string, string | undefined>): ScanEnvironment {
  const variables = orThrow(environmentSchema.safeParse(environment), 'the environment of the function');
  const text = variables[settings];
  const {
    weeklyDigest,
    scanEveryMinutes,
    eventRegions: forwarded,
    attribution,
    ...parsed
  } = orThrow(settingsSchema.safeParse(parseJson(text)), settings);
  // The monitor's own region is known here only.
  const eventRegions = forwarded === null ? [] : [...forwarded, variables.AWS_REGION];
  return {
    settings: {
      ...parsed,
      account: variables[account],
      name: parsed.name ?? variables[account],
      attributionOff: !attribution,
    },
    followsCalls: attribution,
    tableName: variables[table],
    alertTopicArn: variables[alertTopicArn],
    homeRegion: variables.AWS_REGION,
    weekly: weeklyDigest ? { scanEveryMinutes, eventRegions } : undefined,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`${settings}: expected JSON, got ${JSON.stringify(text.slice(0, 60))}; deploy again`, { cause });
  }
}

type Parsed<T> = { success: true; data: T } | { success: false; error: z.core.$ZodError };

function orThrow<T>(parsed: Parsed<T>, where: string): T {
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`);
  throw new Error(`${where} is not what \`cdk deploy\` writes there; deploy again. ${problems.join('; ')}`);
}
