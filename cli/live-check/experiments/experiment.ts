/** One experiment of the live check: it finds out which of the possible behaviours of AWS is real. */
import type { PortInfo } from '../../../lambda/alerts/decide-restorable-rules.ts';
import type { LightsailBehaviour } from '../../../lambda/contract/lightsail-behaviour.ts';
import type { PortState } from '../../../lambda/firewall/index.ts';
import type { LiveFirewall } from '../live-firewall.ts';
import type { TrailRecord } from '../trail-records.ts';

/** `found`: the name of the behaviour; `null`: the answers fit none, or there are no answers. `evidence`: the answers, for the report. */
export interface Finding {
  found: string | null;
  evidence: unknown;
}

/** Further requests of the experiments. All of them only read. */
export interface LiveService {
  /** ARN of the caller. */
  caller: string;
  readListedRules(): Promise<readonly PortState[] | null>;
  /** Names of errors, by region. */
  findRegionErrors(): Promise<Readonly<Record<string, string>>>;
  /**
   * The records of changes to the instance, and of this caller's changes without a name, since the start of the check. Waits for
   * CloudTrail.
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
  /** A sentence for each behaviour. */
  behaviours: Readonly<Record<string, string>>;
  /** The field of `lightsailBehaviour` that the result sets. Without a field, `changes` describes what a refuted assumption changes. */
  sets?: keyof LightsailBehaviour;
  changes?: string;
  run(live: LiveFirewall, service: LiveService): Promise<Finding>;
}

export const ssh = (live: LiveFirewall): PortInfo => ({ fromPort: live.port, toPort: live.port, protocol: 'tcp' });

/** The sources of the rules for exactly this tcp port; `null`: no such rule. */
export function sourcesAt(rules: readonly PortState[], port: number): string[] | null {
  const found = rules.filter(
    ({ protocol, fromPort, toPort }) => protocol === 'tcp' && fromPort === port && toPort === port,
  );
  if (found.length === 0) return null;
  return found.flatMap((rule) => [...(rule.cidrs ?? []), ...(rule.ipv6Cidrs ?? []), ...(rule.cidrListAliases ?? [])]);
}

/** Returns `world` or `none` if all answers agree, otherwise `null`. `world` of an answer: the source that means open to the world. */
export function findWorld(answers: readonly { sources: string[] | null; world: string }[]): string | null {
  const found = answers.map(({ sources, world }) =>
    sources === null ? null : sources.includes(world) ? 'world' : sources.length === 1 ? 'none' : null,
  );
  const [first = null] = found;
  return found.every((each) => each === first) ? first : null;
}

export const isSubset = (part: readonly string[], whole: readonly string[]) =>
  part.every((each) => whole.includes(each));
