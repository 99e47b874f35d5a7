/** The message of CloudWatch when an alarm changes its state. */
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

/** `null`: the value is no message of an alarm. Fields that are missing are empty. */
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

/** True for the first data of a new alarm: nothing was wrong, so a chat gets no message that something "works again". */
export const isFirstOk = ({ state, stateBefore }: Alarm): boolean =>
  state === 'OK' && stateBefore === 'INSUFFICIENT_DATA';
