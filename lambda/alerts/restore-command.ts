/**
 * Decides the command that restores a firewall: the command is correct, or there is none. `PutInstancePublicPorts` replaces all rules.
 * AWS does not document its effect for a rule without sources, or with sources of only one address family: the rule may become open to
 * anywhere. So each rule must name sources of both families. This is also required for ICMP: `icmp` is only for IPv4 and `icmpv6` only for
 * IPv6, but AWS does not document that Put leaves the other family empty, and a different firewall would raise the next alert.
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
  /** The ports that the change opened and closed. The command must undo exactly these. */
  change?: { opened: readonly Reach[]; closed: readonly Reach[] };
}

export type Restore = { command: string; note: null } | { command: null; note: string };

/** Lightsail allows 60 sources a family (at most about 11,000 characters); Linux 131,072 bytes for one argument. */
const maxCommandLength = 20_000;

/**
 * The command, or a note with the reason why there is none. The command does not check the account: renderers add the check with
 * `renderGuardedCommand`.
 */
export function restoreCommand(request: RestoreRequest): Restore {
  const { region, instanceName, rulesBefore, rulesAfter } = request;
  if (rulesBefore === null) return absent('the rules before the change are not known');
  if (rulesAfter === null) return absent('the rules after the change are not known');
  if (!/^[a-z0-9-]+$/.test(region) || !canQuoteForShell(instanceName)) {
    return absent('the name of the instance or of its region is not safe on a command line');
  }
  const command = rulesBefore.length === 0 ? closeCommands(request, rulesAfter) : putCommand(request, rulesBefore);
  if (typeof command !== 'string') return absent(command.problem);
  if (!undoesChange(request, rulesBefore, rulesAfter)) {
    return absent('rules alone do not undo the change: the address types of the instance (IPv4, IPv6) changed too');
  }
  if (command.length > maxCommandLength) {
    return absent(`the command would be longer than ${maxCommandLength.toLocaleString('en')} characters`);
  }
  return { command, note: null };
}

/** The command behind a check that stops it in any other account. */
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

/** Some clients refuse a Put with an empty list of rules, so each rule is closed, as the guide of Lightsail shows. */
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
