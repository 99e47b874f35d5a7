/** Reads the configuration in the current folder, as `cdk deploy` reads it: portwatch.json and the options `-c`. */
import { type EffectiveSettings, effectiveSettings } from '../../../lambda/contract/settings-schema.ts';
import { loadConfigFile } from '../../../lib/config-sources.ts';
import { parseConfig } from '../../../lib/parse-config.ts';

export interface CloneSettings {
  settings: EffectiveSettings;
  emails: readonly string[];
}

/** Throws ConfigurationError with every problem of the configuration. */
export function readCloneSettings({ config, ...commandLine }: Readonly<Record<string, string>>): CloneSettings {
  const parsed = parseConfig({ file: loadConfigFile(config, process.cwd()), commandLine });
  return { settings: effectiveSettings(parsed), emails: parsed.email };
}
