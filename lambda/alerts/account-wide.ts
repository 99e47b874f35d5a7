import type { Alert } from '../contract/json-event.ts';

/** Is the alert about the whole account, so that no instance and no region stands beside it? */
export function isAccountWide({ kind }: Pick<Alert, 'kind'>): boolean {
  return kind === 'all-is-well' || kind === 'test';
}
