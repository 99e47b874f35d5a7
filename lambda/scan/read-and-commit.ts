/** Steps 2 to 4 of a full scan or an event scan, for one instance: read, compare, commit, record. */
import type { ApiCall } from '../attribution/api-call.ts';
import type { InstanceFacts, Resource } from '../history/entry.ts';
import type { LatestState } from '../history/latest-state.ts';
import { toReadError } from '../history/read-errors.ts';
import { resourceKey } from '../history/resource-key.ts';
import { applyDecision } from './commit.ts';
import { decideInstance, type KnownInstance, type Observation } from './decide/decide-instance.ts';
import type { ListedInstance } from './interfaces.ts';
import type { Fleet, Run } from './scan-run.ts';

/**
 * Maximum number of attempts to read and commit an instance in one scan. A new attempt follows if another scan committed first, and listed
 * the same facts. After the last attempt, the instance is left to the next scan.
 */
const commitAttempts = 3;

interface ReadOutcome {
  isRead: boolean;
  isCommitted: boolean;
  isOutOfTime: boolean;
}

/**
 * `count`: for full scans. A failed read is counted in the latest state, because a gap begins after several failed reads. `drop`: for event
 * scans. A failed read changes nothing, because the events of the instance come again.
 */
type FailedReads = 'count' | 'drop';

/**
 * Reads one instance; commits and records a change. `calls`: API calls from events that perhaps made the change. If the instance cannot be
 * read, the result has `isRead: false`. Throws if the table fails, or if an item of the table cannot be read. Throws if other scans
 * committed first; then the next scan reads the instance.
 */
export async function readAndCommit(
  resource: Resource,
  facts: InstanceFacts,
  calls: readonly ApiCall[],
  failedReads: FailedReads,
  fleet: Fleet,
  run: Run,
): Promise<ReadOutcome> {
  const { region, instanceName } = resource;
  const key = resourceKey(resource);
  let latest = fleet.states.get(key) ?? null;
  for (let attempt = 1; attempt <= commitAttempts; attempt += 1) {
    const observation = await readInstance(resource, facts, run);
    const isRead = observation.kind === 'read';
    if (!isRead && failedReads === 'drop') return { isRead, isCommitted: false, isOutOfTime: false };
    const known = await loadKnown(resource, latest, calls, fleet, run);
    const decision = decideInstance(known, observation, run, run.clock());
    const applied = await applyDecision(decision, latest, resource, run);
    if (applied.latest) fleet.states.set(key, applied.latest);
    else fleet.states.delete(key);
    if (applied.outcome === 'applied') {
      const { isCommitted } = applied;
      const outcome = isCommitted ? 'changed' : 'unchanged';
      if (isRead) run.observe({ event: 'instance-read', region, instanceName: instanceName ?? '', outcome });
      const isOutOfTime = observation.kind === 'failed' && observation.failure.reason === 'out-of-time';
      return { isRead, isCommitted, isOutOfTime };
    }
    latest = applied.latest;
    if (!isListedAlike(latest, facts)) break;
  }
  throw new Error(`other scans were writing about ${key} at the same time; left to the next scan`);
}

/**
 * True if this scan and the scan that committed first (`latest`) listed the same ARN and `ipAddressType`. Then a new read can be combined
 * with the listing of this scan. Otherwise it is unknown which of the two listings is older.
 */
function isListedAlike(latest: LatestState | null, facts: InstanceFacts): boolean {
  const { arn, ipAddressType } = latest?.instance ?? {};
  return latest?.status === 'known' && arn === facts.arn && ipAddressType === facts.ipAddressType;
}

type ReadObservation = Exclude<Observation, { kind: 'absent' }>;

async function readInstance(resource: Resource, facts: InstanceFacts, run: Run): Promise<ReadObservation> {
  const { region, instanceName } = resource;
  const { readSignal } = run;
  try {
    readSignal.throwIfAborted();
    const rules = await run.reader.readFirewall(region, instanceName ?? '', readSignal);
    return { kind: 'read', instance: facts, rules };
  } catch (error) {
    const failure = toReadError(error, readSignal);
    run.observe({ event: 'instance-failed', region, instanceName, error: failure });
    const { reason, message } = failure;
    return { kind: 'failed', instance: facts, failure: { reason, message } };
  }
}

async function loadKnown(
  resource: Resource,
  latest: LatestState | null,
  calls: readonly ApiCall[],
  { states, refused, approvals }: Fleet,
  run: Run,
): Promise<KnownInstance> {
  const newestEntry = latest === null ? await run.store.loadNewestEntry(resource) : null;
  const regionKey = resourceKey({ region: resource.region, instanceName: null });
  const region = states.get(regionKey) ?? null;
  // A region whose item cannot be read is not new: each instance that appears in the region gets an alert.
  const isRegionBaselined = refused.has(regionKey) || region?.baselinedAt != null;
  return { resource, latest, newestEntry, region, isRegionBaselined, calls, approvals };
}

/**
 * Commits that the instance is absent. If another scan committed first, the commit is not repeated, because the other scan's list of
 * instances can be newer. Throws if the table fails, or if an item of the table cannot be read.
 */
export async function commitAbsence(
  resource: Resource,
  calls: readonly ApiCall[],
  fleet: Fleet,
  run: Run,
): Promise<{ isApplied: boolean; isCommitted: boolean }> {
  const key = resourceKey(resource);
  const latest = fleet.states.get(key) ?? null;
  const known = await loadKnown(resource, latest, calls, fleet, run);
  const decision = decideInstance(known, { kind: 'absent' }, run, run.clock());
  const applied = await applyDecision(decision, latest, resource, run);
  if (applied.latest) fleet.states.set(key, applied.latest);
  const isApplied = applied.outcome === 'applied';
  return { isApplied, isCommitted: isApplied && applied.isCommitted };
}

/**
 * Lists all instances of a region. If an instance is in the answer twice, because the pages shifted during the listing, the later facts
 * count. Throws ReadError.
 *
 * An instance without a name can be any known instance, so a known instance that is missing in the list can still exist. Therefore, if the
 * list has an instance without a name, the missing instances are added with their last known facts. The caller then reads each of them by
 * its name.
 */
export async function listRegion(
  region: string,
  fleet: Fleet,
  { reader, readSignal, observe }: Run,
): Promise<ListedInstance[]> {
  try {
    readSignal.throwIfAborted();
    const listed = await reader.listInstances(region, readSignal);
    const nameless = listed.filter(({ name }) => name === null);
    const known = nameless.length > 0 ? listExisting(region, fleet) : [];
    const named = new Map([...known, ...listed].map((instance) => [instance.name, instance]));
    named.delete(null);
    const instances = [...named.values(), ...nameless];
    observe({ event: 'region-listed', region, instances: instances.length });
    return instances;
  } catch (error) {
    const failure = toReadError(error, readSignal);
    observe({ event: 'region-failed', region, error: failure });
    throw failure;
  }
}

function listExisting(region: string, { states }: Fleet): ListedInstance[] {
  return [...states.values()].flatMap(({ resource, status, instance }) =>
    resource.region === region && resource.instanceName !== null && status !== 'gone' && instance !== null
      ? [{ name: resource.instanceName, facts: instance }]
      : [],
  );
}
