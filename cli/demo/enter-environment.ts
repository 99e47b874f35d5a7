import { devNull } from 'node:os';

/**
 * Whatever else is set about AWS must not lead out of this machine: a profile, endpoints of another stand-in, or
 * `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS`, which would send the demo to the real service. Sets the variables of this process and
 * returns what puts the old ones back.
 */
export function enterEnvironment(environment: Readonly<Record<string, string>>): () => void {
  const before = Object.entries(process.env).filter(([name]) => name.startsWith('AWS_'));
  const leave = () => {
    for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  };
  leave();
  Object.assign(process.env, environment, {
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
  });
  return () => {
    leave();
    Object.assign(process.env, Object.fromEntries(before));
  };
}
