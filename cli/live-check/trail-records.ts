/**
 * Parses CloudTrail's records of the API calls of the live check (experiments on a real instance). Pure. Every field can be missing,
 * because the form of a real record is not confirmed.
 */
import { diffFirewalls } from '../../lambda/firewall/index.ts';
import { asPortStates } from '../../lambda/firewall/rules/port-state.ts';
import type { FirewallCall } from '../aws/firewall-editor.ts';

export interface TrailRecord {
  eventName?: unknown;
  requestParameters?: unknown;
  userIdentity?: unknown;
  errorCode?: unknown;
  errorMessage?: unknown;
  /** `userIdentity.arn`; `null`: the record has none. */
  arn: string | null;
}

/**
 * Returns `null` if the record names another instance. A record without an instance name must have `caller` as its ARN; otherwise the
 * result is also `null`.
 */
export function parseTrailRecord(record: unknown, instanceName: string, caller: string): TrailRecord | null {
  const fields: Record<string, unknown> = { ...Object(record) };
  const arn = Reflect.get(Object(fields['userIdentity']), 'arn');
  const named = Reflect.get(Object(fields['requestParameters']), 'instanceName');
  if (named === undefined ? arn !== caller : named !== instanceName) return null;
  return { ...fields, arn: typeof arn === 'string' ? arn : null };
}

/** True if the record shows exactly the ports and sources of the call. */
export function describesCall({ eventName, requestParameters }: TrailRecord, call: FirewallCall): boolean {
  if (eventName !== call.operation) return false;
  const recorded = listPorts(requestParameters);
  const sent = 'portInfos' in call ? call.portInfos : [call.portInfo];
  return (
    recorded !== null &&
    diffFirewalls(
      asPortStates(recorded),
      sent.map((info) => ({ ...info })),
    ).verdict === 'identical'
  );
}

export function namesPort({ requestParameters }: TrailRecord, port: number): boolean {
  return (listPorts(requestParameters) ?? []).some((info) => Reflect.get(Object(info), 'fromPort') === port);
}

function listPorts(request: unknown): unknown[] | null {
  const { portInfo, portInfos }: { portInfo?: unknown; portInfos?: unknown } = Object(request);
  if (Array.isArray(portInfos)) return portInfos;
  return portInfo === undefined ? null : [portInfo];
}
