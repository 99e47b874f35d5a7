import * as z from 'zod/mini';
import type { Parsed } from '../adapters/items/read-item.ts';
import type { Deployment } from '../build-scan.ts';
import { parseChannels } from '../contract/channels.ts';
import { environmentKeys } from '../contract/deployed-names.ts';
import { parseSettings } from '../contract/settings-schema.ts';

const { account, alertTopicArn, channels, settings, table } = environmentKeys;
const required = z.string().check(z.minLength(1));
const environmentSchema = z.object({
  [account]: required,
  [alertTopicArn]: required,
  [settings]: required,
  [table]: required,
  AWS_REGION: required,
});

/**
 * Throws an Error that names each missing variable, or each setting with a wrong value. Also throws if the settings are not JSON, or if the
 * list of channels has an unknown format.
 */
export function parseScanEnvironment(environment: Record<string, string | undefined>): Deployment {
  const variables = orThrow(environmentSchema.safeParse(environment), 'the environment of the function');
  const parsed = orThrow(parseSettings(parseJson(variables[settings])), settings);
  return {
    settings: { ...parsed, account: variables[account], name: parsed.name ?? variables[account] },
    tableName: variables[table],
    alertTopicArn: variables[alertTopicArn],
    channels: parseChannels(environment[channels]),
    homeRegion: variables.AWS_REGION,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`${settings}: expected JSON, got ${JSON.stringify(text.slice(0, 60))}; deploy again`, { cause });
  }
}

function orThrow<T>(parsed: Parsed<T>, where: string): T {
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`);
  throw new Error(`${where} is not what \`cdk deploy\` writes there; deploy again. ${problems.join('; ')}`);
}
