import type { PortState } from '../firewall/port-state.ts';
import type { Call } from './call.ts';

export interface FirewallState {
  rules: PortState[];
  ipAddressType: string | null;
}

/** A firewall after a call, as Lightsail would leave it; `null`: can't be told. */
export function applyCall(
  rules: readonly PortState[],
  _ipAddressType: string | null,
  call: Call,
): FirewallState | null {
  if (call.name === 'SetIpAddressType' && call.ipAddressType !== null) {
    return { rules: [...rules], ipAddressType: call.ipAddressType };
  }
  return null;
}
