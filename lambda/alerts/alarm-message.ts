/** From the message that CloudWatch sends when an alarm changes its state. */
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

/** `null`: the value is no message of an alarm. Missing fields are empty text. */
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

/** True for the first data of a new alarm. A message that Portwatch "works again" would be wrong, because nothing failed. */
export const isFirstOk = ({ state, stateBefore }: Alarm): boolean =>
  state === 'OK' && stateBefore === 'INSUFFICIENT_DATA';
