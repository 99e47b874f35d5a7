import { environmentKeys } from '../contract/deployed-names.ts';

/** Returns an environment variable that only some deployments set. Throws an Error if the variable is missing or empty. */
export function readVariable(key: keyof typeof environmentKeys): string {
  const name = environmentKeys[key];
  const value = process.env[name];
  if (value) return value;
  throw new Error(`The environment variable ${name} is missing; deploy again.`);
}
