/** The fields of the message that CloudWatch sends when an alarm changes its state. */
export interface Alarm {
  name: string;
  description: string;
  state: string;
  stateBefore: string;
  reason: string;
  changedAt: string;
  region: string;
  account: string;
}

/** `null`: the value has no name of an alarm, or no new state. Other fields that are missing are empty text. */
export function parseAlarm(value: unknown): Alarm | null {
  if (typeof value !== 'object' || value === null || !('AlarmName' in value) || !('NewStateValue' in value))
    return null;
  const fields: Record<string, unknown> = { ...value };
  const read = (name: string) => (typeof fields[name] === 'string' ? fields[name] : '');
  if (read('AlarmName') === '' || read('NewStateValue') === '') return null;
  return {
    name: read('AlarmName'),
    description: read('AlarmDescription'),
    state: read('NewStateValue'),
    stateBefore: read('OldStateValue'),
    reason: read('NewStateReason'),
    changedAt: read('StateChangeTime'),
    region: read('Region'),
    account: read('AWSAccountId'),
  };
}

/** True if an alarm without data becomes OK, as a new alarm does. Nothing failed, so the message "Portwatch works again" would be wrong. */
export const isFirstOk = ({ state, stateBefore }: Alarm): boolean =>
  state === 'OK' && stateBefore === 'INSUFFICIENT_DATA';
