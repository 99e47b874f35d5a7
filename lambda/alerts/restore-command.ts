/** Renders the command that restores a firewall. If the command could be wrong, there is none. */
import type { LightsailBehaviour } from '../contract/lightsail-behaviour.ts';
import { compareFirewalls, type PortState, type Reach } from '../firewall/index.ts';
import { encodeReach } from '../firewall/sets/reach.ts';
import { canQuoteForShell, quoteForShell, renderAsciiJson } from './escape.ts';
import { planRestoreCalls, type RestoreCall } from './plan-restore-calls.ts';

interface RestoreRequest {
  account: string;
  region: string;
  instanceName: string;
  /** The rules to restore; `null`: not known. */
  rulesBefore: readonly PortState[] | null;
  rulesAfter: readonly PortState[] | null;
  /** The present address type of the instance. */
  ipAddressType: string | null;
  /** True if the address type was the same before the change. Then the old rules undo exactly the change. */
  hasSameAddresses?: boolean;
  /** The command must undo exactly this change. Left out: the effect is not compared with a change. */
  change?: { opened: readonly Reach[]; closed: readonly Reach[] };
}

/** `effect`: what the command does, as a phrase. `note`: the reason why there is no command. */
type Restore = { command: string; effect: string; note: null } | { command: null; note: string };

/** Lightsail allows 60 sources a family (at most about 11,000 characters); Linux allows 131,072 bytes for one argument. */
const maxCommandLength = 20_000;

/** The command does not check the account: renderers add the check with `renderGuardedCommand`. */
export function restoreCommand(request: RestoreRequest, behaviour: LightsailBehaviour): Restore {
  const { region, instanceName, rulesBefore, rulesAfter } = request;
  if (rulesBefore === null) return absent('the rules before the change are not known');
  if (rulesAfter === null) return absent('the rules after the change are not known');
  if (!isSafeOnCommandLine(region, instanceName)) {
    return absent('the name of the instance or of its region is not safe on a command line');
  }
  if (!undoesChange(request, rulesBefore, rulesAfter)) {
    return absent('rules alone do not undo the change: the address types of the instance (IPv4, IPv6) changed too');
  }
  const plan = planRestoreCalls(rulesAfter, rulesBefore, behaviour);
  if ('problem' in plan) return absent(plan.problem);
  const command = renderCalls(plan.calls, region, instanceName);
  if (command.length > maxCommandLength) {
    return absent(`the command would be longer than ${maxCommandLength.toLocaleString('en')} characters`);
  }
  const effect = plan.unconfirmed === null ? plan.effect : `${plan.effect}; ${plan.unconfirmed}`;
  return { command, effect, note: null };
}

export function isSafeOnCommandLine(region: string, instanceName: string): boolean {
  return /^[a-z0-9-]+$/.test(region) && canQuoteForShell(instanceName);
}

/** Commands of the AWS CLI. Each command runs only if the previous command succeeded. */
export function renderCalls(calls: readonly RestoreCall[], region: string, instanceName: string): string {
  const place = `--region ${region} --instance-name ${quoteForShell(instanceName)}`;
  return calls.map((call) => `aws lightsail ${renderCall(call, place)}`).join(' && ');
}

function renderCall(call: RestoreCall, place: string): string {
  return call.operation === 'PutInstancePublicPorts'
    ? `put-instance-public-ports ${place} --port-infos ${quoteForShell(renderAsciiJson(call.portInfos))}`
    : `close-instance-public-ports ${place} --port-info ${quoteForShell(renderAsciiJson(call.portInfo))}`;
}

/** Adds a check that stops the command in any other account. */
export function renderGuardedCommand(account: string, command: string): string {
  const caller = '"$(aws sts get-caller-identity --query Account --output text)"';
  return `[ ${caller} = ${quoteForShell(account)} ] && ${command}`;
}

/** True if the old rules, with the present addresses of the instance, undo exactly the change. */
function undoesChange(
  { ipAddressType, hasSameAddresses, change }: RestoreRequest,
  rulesBefore: readonly PortState[],
  rulesAfter: readonly PortState[],
): boolean {
  if (change === undefined || hasSameAddresses) return true;
  const undo = compareFirewalls({ rules: rulesAfter, ipAddressType }, { rules: rulesBefore, ipAddressType });
  const isSame = (a: readonly Reach[], b: readonly Reach[]) => encodeReach(a) === encodeReach(b);
  return isSame(undo.opened, change.closed) && isSame(undo.closed, change.opened);
}

function absent(note: string): Restore {
  return { command: null, note };
}
