/**
 * The model's expectation for one resource: the sequence of what committed reads observed. It is built only from the answers that scans
 * received, never from a computation of the product.
 */
import type { AlertKind } from '../../lambda/contract/json-event.ts';
import type { PortState } from '../../lambda/firewall/rules/port-state.ts';
import type { Attribution } from '../../lambda/history/attribution.ts';
import type { HistoryEntry, InstanceFacts, Resource } from '../../lambda/history/entry.ts';
import { probeFirewall } from './probe-oracle.ts';
import type { SimulatedScan } from './simulated-scan.ts';

/** A firewall, as one listing and one read observed it. */
export interface Sighting {
  arn: string | null;
  rules: readonly PortState[];
  /** The probes that got through. */
  exposure: bigint;
}

/** One alert of one entry that reached the topic, whether or not the scan received the answer. */
export interface Publication {
  scan: SimulatedScan;
  alertId: string;
  /** The calls that the alert names. */
  eventIds: string[];
  /** True if the scan did not receive the answer, so it did not know that the alert was published. */
  isUnknown: boolean;
  /** When the mark of the latest state covered the entry; `null`: not yet, or another publication caused it. */
  markedAt: number | null;
  /** True if the scan knew of a confirmed subscriber. */
  hasSubscriber: boolean;
}

/** One committed entry. */
export interface CommittedEntry {
  entry: HistoryEntry;
  json: string;
  scan: SimulatedScan;
  /** The firewall before this entry, and from this entry on; `null`: unknown. */
  before: Sighting | null;
  after: Sighting | null;
  isRecorded: boolean;
  /** True if its time to live has passed. */
  isExpired: boolean;
  /** The attribution that is stored as a separate item. */
  attribution: Attribution | null;
  /** The alerts that the entry requires, and those that were published. */
  requiredAlerts: AlertKind[];
  publications: Map<AlertKind, Publication[]>;
}

export class Chronicle {
  readonly resource: Resource;
  readonly steps: CommittedEntry[] = [];
  /** The last known firewall. It stays while the instance can't be read. */
  known: Sighting | null = null;
  isGone = false;
  isInGap = false;
  isStateRemoved = false;
  /** Of a region: the ARNs in its first complete listing; `null` before it. */
  firstListed: ReadonlySet<string> | null = null;
  /** True if a listing contained the name again after the instance was deleted. */
  isListedAgain = false;
  /** The facts in the newest listing that an entry is based on; `null`: the instance was not listed. */
  facts: InstanceFacts | null = null;
  /** The number (`order`) of the newest listing that an entry is based on. */
  listedOrder = 0;
  /** The number (`order`) of the newest read that an entry is based on. */
  readOrder = 0;
  recorded = 0;
  alerted = 0;
  /** Consecutive scans that succeeded and could not read the resource. */
  failedScans = 0;

  constructor(resource: Resource) {
    this.resource = resource;
  }

  get isRegion(): boolean {
    return this.resource.instanceName === null;
  }

  /** True if the region was ever listed completely. */
  get isBaselined(): boolean {
    return this.steps.some(({ entry }) => entry.kind === 'baseline');
  }
}

export function seeFirewall(facts: InstanceFacts, rules: readonly PortState[]): Sighting {
  return { arn: facts.arn, rules, exposure: probeFirewall(rules, facts.ipAddressType) };
}
