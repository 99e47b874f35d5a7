/** The types and helpers of an experiment of the live check. An experiment finds out which of the possible behaviours of AWS is real. */
import type { PortInfo } from '../../../lambda/alerts/decide-restorable-rules.ts';
import type { LightsailBehaviour } from '../../../lambda/contract/lightsail-behaviour.ts';
import type { PortState } from '../../../lambda/firewall/index.ts';
import type { LiveFirewall } from '../live-firewall.ts';
import type { TrailRecord } from '../trail-records.ts';

/**
 * `found`: the key of the behaviour in `behaviours`; `null`: the answers fit no behaviour, or there are no answers. `evidence`: the
 * answers, which the report shows.
 */
export interface Finding {
  found: string | null;
  evidence: unknown;
}

/** Requests that experiments make in addition to those of `LiveFirewall`. These requests only read. */
export interface LiveService {
  /** The ARN of the AWS identity that runs the live check. */
  caller: string;
  readListedRules(): Promise<readonly PortState[] | null>;
  /** Returns, for each region that answers with an error, the name of the error. */
  findRegionErrors(): Promise<Readonly<Record<string, string>>>;
  /**
   * Waits for CloudTrail, and returns the records since the start of the check: those that name the instance, and those of `caller` that
   * name no instance.
   */
  loadRecords(live: LiveFirewall): Promise<readonly TrailRecord[]>;
}

export interface Experiment {
  id: string;
  /** The places in the documents that mention the point. */
  documents: string;
  question: string;
  /** The behaviour that Portwatch and its stand-ins assume. */
  assumed: string;
  /** A sentence for each possible behaviour. The key is the name of the behaviour. */
  behaviours: Readonly<Record<string, string>>;
  /** The field of `lightsailBehaviour` that the result sets. Without a field, `changes` describes what a refuted assumption changes. */
  sets?: keyof LightsailBehaviour;
  changes?: string;
  run(live: LiveFirewall, service: LiveService): Promise<Finding>;
}

export const ssh = (live: LiveFirewall): PortInfo => ({ fromPort: live.port, toPort: live.port, protocol: 'tcp' });

/** Returns the sources of the rules for exactly this tcp port; `null`: no rule is for exactly this port. */
export function sourcesAt(rules: readonly PortState[], port: number): string[] | null {
  const found = rules.filter(
    ({ protocol, fromPort, toPort }) => protocol === 'tcp' && fromPort === port && toPort === port,
  );
  if (found.length === 0) return null;
  return found.flatMap((rule) => [...(rule.cidrs ?? []), ...(rule.ipv6Cidrs ?? []), ...(rule.cidrListAliases ?? [])]);
}

/**
 * Returns `world` if each answer includes its source `world` (`0.0.0.0/0` or `::/0`). Returns `none` if each answer has a single source and
 * this source is not `world`. Returns `null` in every other case.
 */
export function findWorld(answers: readonly { sources: string[] | null; world: string }[]): string | null {
  const found = answers.map(({ sources, world }) =>
    sources === null ? null : sources.includes(world) ? 'world' : sources.length === 1 ? 'none' : null,
  );
  const [first = null] = found;
  return found.every((each) => each === first) ? first : null;
}

export const isSubset = (part: readonly string[], whole: readonly string[]) =>
  part.every((each) => whole.includes(each));
