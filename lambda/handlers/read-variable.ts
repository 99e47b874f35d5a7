import { environmentKeys } from '../contract/deployed-names.ts';

/** A variable that not every deployment gives its functions. Throws an Error that names the variable, if the deployment gave none. */
export function readVariable(key: keyof typeof environmentKeys): string {
  const name = environmentKeys[key];
  const value = process.env[name];
  if (value) return value;
  throw new Error(`The environment variable ${name} is missing; deploy again.`);
}
