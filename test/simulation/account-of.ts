import type { Alert } from '../../lambda/contract/json-event.ts';

/** The account in the ARN of an alert's instance; `null`: the alert has no ARN. */
export function accountOf({ instance }: Pick<Alert, 'instance'>): string | null {
  return instance?.arn?.split(':')[4] ?? null;
}
