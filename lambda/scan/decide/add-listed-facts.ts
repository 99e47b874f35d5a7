/** Decides how changed facts of a listing, such as a new static IP, are stored in the latest state of an instance. Pure. */
import type { InstanceFacts } from '../../history/entry.ts';
import type { LatestState } from '../../history/latest-state.ts';
import type { Decision } from './decision.ts';

/** The part of an `Observation` that the listing of the region gives. */
type Listing = { kind: 'read' | 'failed'; instance: InstanceFacts } | { kind: 'absent' };

/** Adds the facts of the listing to a decision. Changed facts cost one write, in the first scan that lists them. */
export function addListedFacts(decision: Decision, latest: LatestState | null, observation: Listing): Decision {
  if (latest === null || latest.status === 'gone' || observation.kind === 'absent') return decision;
  const listed = listedAs(latest, observation);
  switch (decision.kind) {
    case 'commit': {
      const { commit } = decision;
      if (listed === null || commit.pending.rules !== null) return decision;
      const pending = commit.pending.kind === 'gap-over' ? { ...commit.pending, instance: listed } : commit.pending;
      return { ...decision, commit: { ...commit, instance: listed, pending } };
    }
    case 'nothing':
    case 'mark': {
      if (listed === null || areSame(listed, latest.instance)) return decision;
      const { failure, seenAt } = decision.kind === 'mark' ? decision : latest;
      return { kind: 'mark', failure, seenAt, instance: listed };
    }
    case 'create':
      return decision;
  }
}

/**
 * Returns the facts to store; `null`: another instance of the same name is listed. Stored rules must keep the `ipAddressType` with which
 * they were read. So if the rules cannot be read now, only the addresses and the ARN are updated.
 */
function listedAs(
  { instance, rules }: LatestState,
  observation: Exclude<Listing, { kind: 'absent' }>,
): InstanceFacts | null {
  const observed = observation.instance;
  if (instance === null) return observed;
  if (!isSameInstance(instance, observed)) return null;
  const arn = observed.arn ?? instance.arn;
  if (observation.kind === 'read' || rules === null) return { ...observed, arn };
  const { publicIpAddress, ipv6Addresses } = observed;
  return { ...instance, arn, publicIpAddress, ipv6Addresses };
}

/** False if the ARNs differ. Facts without an ARN are perhaps of the same instance, so the result is true. */
export function isSameInstance(a: InstanceFacts | null, b: InstanceFacts | null): boolean {
  return a?.arn == null || b?.arn == null || a.arn === b.arn;
}

/** The order of IPv6 addresses does not count, because Lightsail can list the same addresses in another order. */
function areSame(a: InstanceFacts, b: InstanceFacts | null): boolean {
  const keys = ['arn', 'publicIpAddress', 'ipAddressType', 'blueprintId'] as const;
  return (
    b !== null &&
    keys.every((key) => a[key] === b[key]) &&
    a.ipv6Addresses.toSorted().join() === b.ipv6Addresses.toSorted().join()
  );
}
