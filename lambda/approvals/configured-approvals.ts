import { hash } from 'node:crypto';
import { canonicaliseReach, type Reach } from '../firewall/index.ts';
import { endOfDay } from '../firewall/rating/expected-change.ts';
import { parseNetwork } from '../firewall/rules/parse-network.ts';
import { aliasPrefix, isNamedSource, lightsailConnect } from '../firewall/rules/source-names.ts';
import { allProtocols } from '../firewall/sets/rectangle.ts';
import type { Approval } from './approval.ts';

/**
 * An element of `approved` in the configuration. The element approves every port of `ports`, in one protocol, from every source of
 * `sources`.
 */
interface ConfiguredApproval {
  instance?: string | undefined;
  region?: string | undefined;
  account?: string | undefined;
  arn?: string | undefined;
  /** tcp, udp, icmp, icmpv6, all, or `unknown:<text>` for a protocol that Portwatch does not know. */
  protocol: string;
  /**
   * The first and the last port of each range, both included. If missing, every port. With `all`, the ports of tcp and udp. Refused for
   * icmp and icmpv6, which have no ports.
   */
  ports?: readonly { from: number; to: number }[] | undefined;
  /** Networks, `anywhere`, `lightsail-connect`, or the exact name of a source that is not a network. */
  sources: readonly string[];
  reason: string;
  by?: string | undefined;
  /** A day (UTC), or an instant. */
  from?: string | undefined;
  until?: string | undefined;
  /** True if the person confirms that the element approves the whole internet for all instances. */
  anyway?: boolean | undefined;
}

/**
 * The id of an approval is a hash of the meaning of the element, so an element has the same id in every deployment. `anyway`, and the order
 * and the spelling of ports and sources, do not change the id. Elements with the same id become one approval.
 *
 * An approval is in force from the first scan with these settings, or from `from`, whichever is later.
 */
export function configuredApprovals(list: readonly ConfiguredApproval[]): Approval[] {
  const approvals = list.map(toApproval);
  return [...new Map(approvals.map((approval) => [approval.id, approval])).values()];
}

export function toApproval(given: ConfiguredApproval): Approval {
  const { instance = null, region = null, account = null, arn = null, reason, by = 'the configuration' } = given;
  const approval = {
    origin: 'configuration' as const,
    instance,
    region,
    account,
    arn,
    exposure: exposureOfElement(given),
    reason,
    by,
    from: given.from === undefined ? null : startOf(given.from),
    until: given.until === undefined ? null : startOf(endOfDay(given.until)),
    revoked: null,
  };
  return { id: `c-${hash('sha256', JSON.stringify(approval).toWellFormed()).slice(0, 10)}`, ...approval };
}

/** Only tcp and udp have ports. So `all` together with `ports` means tcp and udp, as in the setting `expected`. */
function exposureOfElement({ protocol, ports, sources }: ConfiguredApproval): Reach[] {
  const named = sources.flatMap(toSources);
  const protocols = protocol === 'all' && ports !== undefined ? (['tcp', 'udp'] as const) : toProtocols(protocol);
  const ranges = ports ?? [{ from: 0, to: 65535 }];
  return canonicaliseReach(
    protocols.flatMap((one) => ranges.map(({ from, to }) => ({ protocol: one, from, to, sources: named }))),
  );
}

/**
 * `all` means the protocols that Lightsail documents, and every other IP protocol, as in a rule. `all` does not include a protocol of an
 * unknown name.
 */
export function toProtocols(protocol: string): readonly Reach['protocol'][] {
  const known = allProtocols.find((one) => one === protocol);
  if (known !== undefined) return [known];
  return protocol === 'all' ? allProtocols : [`unknown:${protocol.replace(/^unknown:/, '')}`];
}

export function toSources(source: string): string[] {
  if (source === 'anywhere') return ['0.0.0.0/0', '::/0'];
  return [source === lightsailConnect ? aliasPrefix + source : source];
}

/** False also for a network with host bits (`10.1.2.3/8`), which would approve more addresses than the person intends. */
export function isApprovableSource(text: string): boolean {
  if (text === 'anywhere' || text === lightsailConnect || isNamedSource(text)) return true;
  return parseNetwork(text)?.hasHostBits === false;
}

/** A day begins at midnight UTC. An instant is written in UTC with milliseconds. */
const startOf = (dayOrInstant: string): string => new Date(dayOrInstant).toISOString();
