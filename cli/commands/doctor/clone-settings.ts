/** The configuration in the current folder: portwatch.json and the options `-c`, as `cdk deploy` reads them. */
import { type EffectiveSettings, effectiveSettings } from '../../../lambda/contract/settings-schema.ts';
import { loadConfigFile } from '../../../lib/config-sources.ts';
import { parseConfig } from '../../../lib/parse-config.ts';

export interface CloneSettings {
  settings: EffectiveSettings;
  emails: readonly string[];
}

/** Throws ConfigurationError with every problem. */
export function readCloneSettings({ config, ...commandLine }: Readonly<Record<string, string>>): CloneSettings {
  const parsed = parseConfig({ file: loadConfigFile(config, process.cwd()), commandLine });
  return { settings: effectiveSettings(parsed), emails: parsed.email };
}
