import { devNull } from 'node:os';

/** True for an environment variable of the SDK or the AWS CLI, except the variable that the command itself sets. */
const isConfiguration = (name: string) =>
  name.startsWith('AWS_') && name !== 'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED';

/**
 * Replaces all AWS variables of this process by `environment`, and excludes the configuration files of the AWS CLI unless `environment`
 * names them. Returns a function that restores the variables. Without this isolation a profile, other endpoints or
 * `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` would send the requests of the demo to the real services.
 */
export function isolateEnvironment(environment: Readonly<Record<string, string>>): () => void {
  const before = Object.entries(process.env).filter(([name]) => isConfiguration(name));
  const leave = () => {
    for (const name of Object.keys(process.env)) if (isConfiguration(name)) delete process.env[name];
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
