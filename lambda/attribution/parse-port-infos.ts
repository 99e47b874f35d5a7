import { asPortStates, type PortState } from '../firewall/rules/port-state.ts';
import type { CallName } from './api-call.ts';
import { type RecordFields, readRecord } from './record-fields.ts';

/**
 * The rules that a request names; `null`: the call names no rules, or the record does not show all of them. Unusual values in a rule are
 * kept: `lambda/firewall` decides how to read them.
 */
export function parsePortInfos(name: CallName, request: RecordFields): PortState[] | null {
  if (name === 'PutInstancePublicPorts') {
    const list = request['portInfos'];
    return Array.isArray(list) && list.every((each) => readRecord(each) !== null) ? asPortStates(list) : null;
  }
  if (name !== 'OpenInstancePublicPorts' && name !== 'CloseInstancePublicPorts') return null;
  const one = readRecord(request['portInfo']);
  return one === null ? null : asPortStates([one]);
}
