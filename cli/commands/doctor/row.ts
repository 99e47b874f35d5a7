import { failureReasonOf } from '../../../lambda/adapters/aws-errors.ts';
import { renderPlain } from '../../../lambda/alerts/escape.ts';
import type { ReaderConfig } from '../../aws/monitor/reader-config.ts';

/** The names of the checks, in the order of the answer. The names are stable, because programs select rows by them. */
export const checks = [
  'stack',
  'version',
  'settings',
  'schedule',
  'accounts',
  'last-scan',
  'complete-scan',
  'readability',
  'waiting-alerts',
  'function',
  'function-errors',
  'topic',
  'subscription',
  'deliveries',
  'queue',
  'alarm',
  'trail',
  'event-rule',
  'events',
  'table',
  'deletion-protection',
  'point-in-time-recovery',
  'time-to-live',
] as const;

export type Check = (typeof checks)[number];

export type RowStatus = 'ok' | 'warning' | 'failure' | 'unknown';

export interface Row {
  check: Check;
  /** The name of the resource, as AWS returns it, so renderers must escape it; `null`: the row is about the whole deployment. */
  resource: string | null;
  status: RowStatus;
  /** The finding in one sentence. Can contain text from AWS, which every renderer escapes. */
  found: string;
  /** The state in a healthy deployment; `null` for `ok`. */
  expected: string | null;
  /** What to do, one sentence for each alternative; `null` for `ok`. */
  remedy: string | null;
  /** A command that carries out the remedy, or that shows more; `null`: no command. */
  command: string | null;
  /** For `unknown`: the IAM actions that the check needs, if a missing permission can be the cause. Otherwise empty. */
  permissions: string[];
}

type Place = Pick<Row, 'check' | 'resource'>;
type Trouble = Pick<Row, 'found'> & { expected: string; remedy: string; command?: string | null };

export const okRow = (place: Place, found: string): Row => ({
  ...place,
  status: 'ok',
  found,
  expected: null,
  remedy: null,
  command: null,
  permissions: [],
});

const troubleRow = (status: RowStatus, place: Place, { command = null, ...trouble }: Trouble): Row => ({
  ...place,
  status,
  ...trouble,
  command,
  permissions: [],
});

export const warningRow = (place: Place, trouble: Trouble): Row => troubleRow('warning', place, trouble);
export const failureRow = (place: Place, trouble: Trouble): Row => troubleRow('failure', place, trouble);

/** The check could not be made, so its result is not known. */
export const unknownRow = (place: Place, permissions: readonly string[], trouble: Trouble): Row => ({
  ...troubleRow('unknown', place, trouble),
  permissions: [...permissions],
});

/** The row for a request that failed. `permissions`: the IAM actions of the check. */
export function failedRow(place: Place, permissions: readonly string[], error: unknown): Row {
  const name = error instanceof Error ? error.name : 'Error';
  const message = error instanceof Error ? error.message || name : String(error);
  const isDenied = /^(Authorization|AccessDenied)|^UnauthorizedOperation$/.test(name);
  const reason = failureReasonOf(error);
  const actions = permissions.join(', ');
  return unknownRow(place, permissions, {
    found: `not known: ${isDenied ? 'access is denied' : describeReason(reason)} (${renderPlain(message === name ? name : `${name}: ${message}`, 300)})`,
    expected: `an answer to ${actions}`,
    remedy: isDenied
      ? `allow ${actions}; docs/permissions.md has a policy for this command`
      : `run the command again; if the request fails again, check that these credentials are allowed ${actions}`,
  });
}

function describeReason(reason: ReturnType<typeof failureReasonOf>): string {
  if (reason === 'throttled') return 'the request was throttled';
  if (reason === 'network' || reason === 'timeout') return 'the service could not be reached';
  return 'the request failed';
}

export interface MonitorPlace extends ReaderConfig {
  /** The prefix of the logical ids of the monitor; `null`: a clone of the repository deployed the monitor. */
  monitor: string | null;
  account: string;
  stack: string;
  /** The profile in suggested commands; `null`: the SDK's default. */
  profile: string | null;
}
