import { devNull } from 'node:os';

/**
 * Replaces all AWS variables of this process by `environment`, without the configuration files of the AWS CLI unless `environment` names
 * them. Returns a function that restores the variables. A profile, other endpoints or `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` would
 * otherwise send the requests of the demo to the real services.
 */
export function isolateEnvironment(environment: Readonly<Record<string, string>>): () => void {
  const before = Object.entries(process.env).filter(([name]) => name.startsWith('AWS_'));
  const leave = () => {
    for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  };
  leave();
  const noConfiguration = {
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  Object.assign(process.env, noConfiguration, environment);
  return () => {
    leave();
    Object.assign(process.env, Object.fromEntries(before));
  };
}
