/** Parses the arguments of `portwatch approve`, and collects every problem. */

import { isApprovableSource, toProtocols, toSources } from '../../../lambda/approvals/configured-approvals.ts';
import { requiresConfirmation } from '../../../lambda/approvals/confirm-world-for-all.ts';
import { longestReason } from '../../../lambda/contract/settings-schema.ts';
import { canonicaliseReach, parseNetwork, type Reach } from '../../../lambda/firewall/index.ts';
import { CommandError } from '../../command-error.ts';
import type { DeploymentOptions } from '../../options/deployment-options.ts';
import { parsePortQuery } from '../../options/parse-port-query.ts';
import type { Clock } from '../../time/clock.ts';
import { parseLastMillisecond } from '../../time/parse-time.ts';
import type { ZoneOptions } from '../../time/zone.ts';

export interface ApproveOptions extends DeploymentOptions, ZoneOptions {
  from?: string[];
  protocol?: string;
  region?: string;
  reason?: string;
  until?: string;
  current?: boolean;
  all?: boolean;
  anyway?: boolean;
  dryRun?: boolean;
  yes?: boolean;
}

export interface ApprovalRequest {
  /** The name of an instance, or a pattern with `*` and `?`; `null`: every instance (`--all`, which requires `--current`). */
  name: string | null;
  region: string | null;
  account: string | null;
  /** The exposure to approve; `null`: what is open on each instance now (`--current`). */
  exposure: Reach[] | null;
  reason: string;
  until: string | null;
  isAnyway: boolean;
}

/** `problems`: sentences without a full stop. The request is valid only if there are none. */
interface ParsedRequest {
  request: ApprovalRequest;
  problems: string[];
}

export function parseApprovalRequest(
  name: string | undefined,
  ports: string | undefined,
  options: ApproveOptions,
  clock: Clock,
): ParsedRequest {
  const { region = null, account = null, current = false, all = false, until, anyway = false } = options;
  const problems: string[] = [];
  const attempt = <T>(parse: () => T, otherwise: T): T => {
    try {
      return parse();
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      problems.push(error.message.replace(/\.$/, ''));
      return otherwise;
    }
  };
  if (all && name !== undefined) problems.push(`--all is about every instance; expected no name, got ${name}`);
  if (!all && name === undefined) problems.push('expected the name of an instance, or --all --current');
  if (all && !current)
    problems.push("--all approves what is open now, with --current; a port for every instance is approved for '*'");
  const exposure = current ? null : attempt(() => parseExposure(ports, options, problems), []);
  if (current && (ports !== undefined || options.from !== undefined || options.protocol !== undefined))
    problems.push('--current approves what is open now; expected no ports, no --from and no --protocol with it');
  const reason = options.reason?.trim() ?? '';
  if (reason === '') problems.push('expected --reason "…": alerts show why the exposure may be open');
  if (reason.length > longestReason)
    problems.push(`--reason has ${reason.length} characters; expected at most ${longestReason}`);
  const end = until === undefined ? null : attempt(() => parseLastMillisecond(until, '--until', clock), null);
  if (
    name !== undefined &&
    exposure !== null &&
    !anyway &&
    requiresConfirmation({ instance: name, arn: null, exposure })
  )
    problems.push('it approves the whole internet for all instances; --anyway approves it all the same');
  return {
    request: { name: name ?? null, region, account, exposure, reason, until: end, isAnyway: anyway },
    problems,
  };
}

/** Throws CommandError if `ports` is not a list of ports. Adds every other problem to `problems`. */
function parseExposure(ports: string | undefined, { from, protocol }: ApproveOptions, problems: string[]): Reach[] {
  const sources = (from ?? []).flatMap(splitSources);
  if (sources.length === 0)
    problems.push('expected --from with networks, such as 198.51.100.0/24, or anywhere, or lightsail-connect');
  problems.push(...sources.flatMap(describeSourceProblem));
  if (protocol !== undefined && !/^(tcp|udp|icmp|icmpv6|other|all|unknown:.{1,92})$/.test(protocol))
    problems.push(`--protocol ${protocol} is not known; expected tcp, udp, icmp, icmpv6, other, all or unknown:<name>`);
  if (ports === undefined && protocol === undefined)
    problems.push('expected ports, such as 22 or 8000-9000, or --protocol for all of its ports, or --current');
  const named = sources.filter(isApprovableSource).flatMap(toSources);
  const parsed = ports === undefined ? [{ protocol: null, from: 0, to: 65_535 }] : ports.split(',').map(parsePortQuery);
  return canonicaliseReach(
    parsed.flatMap((one) => {
      const isWhole = one.from === 0 && one.to === 65_535;
      if (protocol !== undefined && one.protocol !== null && one.protocol !== protocol)
        problems.push(
          `the ports name the protocol ${one.protocol}, and --protocol names ${protocol}; expected the protocol in one place only`,
        );
      if (one.protocol === null && !isWhole && /^(icmp|other|all)/.test(protocol ?? ''))
        problems.push(`${protocol} has no ports; expected icmp/8 for a type of ICMP, or no port`);
      const chosen = one.protocol ?? protocol ?? (isWhole ? 'all' : 'tcp');
      return toProtocols(chosen).map((each) => ({ protocol: each, from: one.from, to: one.to, sources: named }));
    }),
  );
}

/** Splits at commas, except a source `unparsed:…`: Portwatch did not understand this source, and its name can contain a comma. */
function splitSources(text: string): string[] {
  if (text.startsWith('unparsed:')) return [text];
  return text
    .split(',')
    .map((source) => source.trim())
    .filter((source) => source !== '');
}

function describeSourceProblem(source: string): string[] {
  if (isApprovableSource(source)) return [];
  const network = parseNetwork(source);
  if (network === null)
    return [
      `--from ${source} is not a network; expected one such as 198.51.100.0/24, or anywhere, lightsail-connect, or the exact name of a source as --json shows it`,
    ];
  const [whole = ''] = canonicaliseReach([{ protocol: 'tcp', from: 0, to: 0, sources: [source] }])[0]?.sources ?? [];
  const host = `${source.slice(0, source.indexOf('/'))}/${network.family === 4 ? 32 : 128}`;
  return [`--from ${source} names one host of a network; expected ${whole} for the network or ${host} for the host`];
}
