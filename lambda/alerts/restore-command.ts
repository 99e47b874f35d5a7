/**
 * Decides the command that puts a firewall back as it was: right, or absent. `PutInstancePublicPorts` replaces all rules, and what it
 * makes of a rule that names no source, or sources of one address family only, is not documented: it may be the world. So each rule must
 * name sources of both families. That holds for ICMP too, though `icmp` is IPv4's and `icmpv6` IPv6's own: whether Put leaves the other
 * family empty there is just as undocumented, and a restored firewall that reads back different would raise the next alert.
 */
import { compareFirewalls, type PortState, type Reach } from '../firewall/index.ts';
import { canQuoteForShell, quoteForShell, renderAsciiJson } from './escape.ts';
import { type RestorableRule, toRestorablePorts, toRestorableRules } from './restorable-rule.ts';

export interface RestoreRequest {
  account: string;
  region: string;
  instanceName: string;
  /** `null`: not known. */
  rulesBefore: readonly PortState[] | null;
  rulesAfter: readonly PortState[] | null;
  /** The addresses of the instance now. */
  ipAddressType: string | null;
  /** True if the addresses were the same before the change: then the old rules undo exactly the change. */
  hasSameAddresses?: boolean;
  /** What the change was found to open and close: the command must undo exactly that. */
  change?: { opened: readonly Reach[]; closed: readonly Reach[] };
}

export type Restore = { command: string; note: null } | { command: null; note: string };

/** Lightsail allows 60 sources a family (at most about 11,000 characters); Linux 131,072 bytes for one argument. */
const maxCommandLength = 20_000;

/**
 * The bare command, or a note why there is none. It does not check the account: a renderer puts
 * `renderGuardedCommand` in front.
 */
export function restoreCommand(request: RestoreRequest): Restore {
  const { region, instanceName, rulesBefore, rulesAfter } = request;
  if (rulesBefore === null) return absent('what its rules were before is not known');
  if (rulesAfter === null) return absent('what its rules are now is not known');
  if (!/^[a-z0-9-]+$/.test(region) || !canQuoteForShell(instanceName)) {
    return absent('the name of the instance or of its region can not be said safely on a command line');
  }
  const said = rulesBefore.length === 0 ? closeCommands(request, rulesAfter) : putCommand(request, rulesBefore);
  if (typeof said !== 'string') return absent(said.problem);
  if (!undoesChange(request, rulesBefore, rulesAfter)) {
    return absent('the rules alone do not undo it: which addresses the instance has (IPv4, IPv6) changed too');
  }
  if (said.length > maxCommandLength) {
    return absent(`the command would be longer than ${maxCommandLength.toLocaleString('en')} characters`);
  }
  return { command: said, note: null };
}

/** The command with the check in front that it runs in the account it was made for. */
export function renderGuardedCommand(account: string, command: string): string {
  const caller = '"$(aws sts get-caller-identity --query Account --output text)"';
  return `[ ${caller} = ${quoteForShell(account)} ] && ${command}`;
}

/** True if the old rules, with the addresses that the instance has now, undo exactly the change. */
function undoesChange(
  { ipAddressType, hasSameAddresses, change }: RestoreRequest,
  rulesBefore: readonly PortState[],
  rulesAfter: readonly PortState[],
): boolean {
  if (change === undefined || hasSameAddresses) return true;
  const undo = compareFirewalls({ rules: rulesAfter, ipAddressType }, { rules: rulesBefore, ipAddressType });
  const isSame = (a: readonly Reach[], b: readonly Reach[]) =>
    JSON.stringify(a.map(pick)) === JSON.stringify(b.map(pick));
  return isSame(undo.opened, change.closed) && isSame(undo.closed, change.opened);
}

function pick({ protocol, from, to, sources }: Reach): unknown[] {
  return [protocol, from, to, sources];
}

function putCommand(
  { region, instanceName }: RestoreRequest,
  rules: readonly PortState[],
): string | { problem: string } {
  const restorable = toRestorableRules(rules);
  if ('problem' in restorable) return restorable;
  const portInfos = quoteForShell(renderAsciiJson(restorable.rules));
  return `aws lightsail put-instance-public-ports ${target(region, instanceName)} --port-infos ${portInfos}`;
}

/** A Put of no rules at all is refused by some clients (an empty list); closing each is what the service's own guide shows. */
function closeCommands(
  { region, instanceName }: RestoreRequest,
  rules: readonly PortState[],
): string | { problem: string } {
  const commands = new Set<string>();
  for (const rule of rules) {
    const ports = toRestorablePorts(rule);
    if ('problem' in ports) return ports;
    commands.add(
      `aws lightsail close-instance-public-ports ${target(region, instanceName)} --port-info ${renderPortInfo(ports)}`,
    );
  }
  return commands.size === 0 ? { problem: 'there is nothing to close' } : [...commands].join(' && ');
}

function renderPortInfo({ fromPort, toPort, protocol }: Omit<RestorableRule, 'cidrs' | 'ipv6Cidrs'>): string {
  return `fromPort=${fromPort},toPort=${toPort},protocol=${protocol}`;
}

function target(region: string, instanceName: string): string {
  return `--region ${region} --instance-name ${quoteForShell(instanceName)}`;
}

function absent(note: string): Restore {
  return { command: null, note };
}
