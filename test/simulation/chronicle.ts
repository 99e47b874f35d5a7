/**
 * What the model holds to be true of one resource: the sequence of what committed reads saw. It is made of what scans were answered and
 * of nothing that the product computed.
 */
import type { AlertKind } from '../../lambda/contract/json-event.ts';
import type { PortState } from '../../lambda/firewall/rules/port-state.ts';
import type { HistoryEntry, InstanceFacts, Resource } from '../../lambda/history/entry.ts';
import { probeFirewall } from './probe-oracle.ts';
import type { SimulatedScan } from './simulated-scan.ts';

/** A firewall as a listing and a read together showed it. */
export interface Sighting {
  arn: string | null;
  rules: readonly PortState[];
  /** The probes that got through. */
  exposure: bigint;
}

/** One alert of one step that was published; the topic had it, whatever the scan was answered. */
export interface Telling {
  scan: SimulatedScan;
  alertId: string;
  /** The scan could not know that it was published. */
  isUnknown: boolean;
  /** When the latest state's mark came to cover it; `null`: not yet, or by another's telling. */
  settledAt: number | null;
  /** Did the scan know of somebody who listens? */
  isHeard: boolean;
}

/** One committed entry. */
export interface Step {
  entry: HistoryEntry;
  json: string;
  scan: SimulatedScan;
  /** In force before, and from this step on; `null`: nothing known of it. */
  before: Sighting | null;
  after: Sighting | null;
  isRecorded: boolean;
  /** Its time to live was over. */
  isExpired: boolean;
  /** Who did it was put beside it. */
  isAttributed: boolean;
  /** What people must be told of it, and what they were. */
  mustTell: AlertKind[];
  tellings: Map<AlertKind, Telling[]>;
}

export class Chronicle {
  readonly resource: Resource;
  readonly steps: Step[] = [];
  /** The last known firewall; stays while it can't be read. */
  known: Sighting | null = null;
  isGone = false;
  isInGap = false;
  isHeadRemoved = false;
  /** Did a listing bring its name since it was gone? */
  isListedAgain = false;
  /** As the newest listing that a step rests on had it; `null`: it was not there. */
  facts: InstanceFacts | null = null;
  /** When that listing, and the newest read that a step rests on, were made. */
  listedOrder = 0;
  readOrder = 0;
  recorded = 0;
  told = 0;
  /** Scans in a row that went well and could not read it. */
  failedScans = 0;

  constructor(resource: Resource) {
    this.resource = resource;
  }

  get isRegion(): boolean {
    return this.resource.instanceName === null;
  }

  /** Was the region ever listed whole? */
  get isBaselined(): boolean {
    return this.steps.some(({ entry }) => entry.kind === 'baseline');
  }
}

export function seeFirewall(facts: InstanceFacts, rules: readonly PortState[]): Sighting {
  return { arn: facts.arn, rules, exposure: probeFirewall(rules, facts.ipAddressType) };
}
