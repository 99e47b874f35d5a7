import { asPortStates, type PortState } from '../firewall/rules/port-state.ts';
import type { CallName } from './api-call.ts';
import { type RecordFields, readRecord } from './record-fields.ts';

/**
 * The rules that a request asks for; `null`: the record does not say, or not for certain. What is odd inside a rule is kept for
 * `lambda/firewall` to judge.
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
