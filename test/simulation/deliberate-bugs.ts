/**
 * Bugs that monitors have had. Each bug is created when the test runs: by a change of the source text, or by an interface with wrong
 * behaviour.
 */

import { resourceKey } from '../../lambda/history/resource-key.ts';
import type { FleetStore, ListedInstance, WriteResult } from '../../lambda/scan/interfaces.ts';
import type { ScanSetup } from '../../lambda/scan/scan-run.ts';
import { InMemoryFleetStore } from '../scan/in-memory-fleet-store.ts';
import type { Patch } from './load-patched-product.ts';

export interface DeliberateBug {
  name: string;
  /** The promise that the first violation breaks. The seed decides which of several violations is the first. */
  promise: string;
  /**
   * The seed at which the search begins; default: 1. It is set if the first seeds do not find the bug, to a seed at or shortly before one
   * that finds the bug. Earlier seeds are not tried.
   */
  fromSeed?: number;
  /** Applied to the text of the source before it is loaded. */
  patches?: readonly Patch[];
  /** Replaces an interface of the scan by one with wrong behaviour. Created again for each seed. */
  disguise?: () => (deps: ScanSetup) => ScanSetup;
  /** True: the bug is found in the runs with several accounts. */
  isOfSeveral?: true;
  /** A table that ignores the conditions of a write. */
  buildTable?: () => FleetStore;
}

export const deliberateBugs: readonly DeliberateBug[] = [
  {
    name: 'publishes what is committed and not yet recorded',
    fromSeed: 189,
    promise: 'P3',
    patches: [
      patch(
        'lambda/scan/publish-alerts.ts',
        'const entries = await store.loadEntriesAfter(latest.resource, latest.alerted);',
        'const entries = [...(await store.loadEntriesAfter(latest.resource, latest.alerted)), ...(latest.pending ? [latest.pending] : [])];',
      ),
      patch('lambda/scan/publish-alerts.ts', 'alerted < recorded)', 'alerted < recorded || recorded > -1)'),
      patch('lambda/scan/publish-alerts.ts', 'version <= latest.recorded)', 'version <= latest.version)'),
    ],
  },
  {
    name: 'marks as recorded before the entry is in the history',
    promise: 'P6',
    patches: [
      patch(
        'lambda/scan/commit.ts',
        '  await store.putEntry(entry);\n',
        '  await store.markRecorded(latest.resource, latest.version);\n  await store.putEntry(entry);\n',
      ),
    ],
  },
  {
    name: 'marks as told before it publishes',
    promise: 'P3',
    patches: [
      patch('lambda/scan/publish-groups.ts', '      await publisher.publish(planned.message);\n', ''),
      patch(
        'lambda/scan/publish-groups.ts',
        '      done = planned.groupsDone;\n',
        '      done = planned.groupsDone;\n      await publisher.publish(planned.message);\n',
      ),
    ],
  },
  {
    name: 'goes on after a publish that failed',
    fromSeed: 32,
    promise: 'P3, approvals',
    patches: [
      patch(
        'lambda/scan/publish-groups.ts',
        'publisher.publish(planned.message);',
        'publisher.publish(planned.message).catch(() => undefined);',
      ),
    ],
  },
  {
    name: 'marks as told what nobody is there to hear',
    fromSeed: 50,
    promise: 'P3',
    patches: [
      patch(
        'lambda/scan/publish-groups.ts',
        '!(await publisher.hasConfirmedSubscriber())',
        '(await publisher.hasConfirmedSubscriber()) === null',
      ),
    ],
  },
  {
    name: 'never marks what it told',
    promise: 'P3',
    patches: [
      patch('lambda/scan/publish-alerts.ts', '    await store.markAlerted(latest.resource, entry.version);\n', ''),
    ],
  },
  {
    name: 'commits whatever another scan has committed since',
    fromSeed: 6,
    promise: 'P3, P4, P6',
    disguise: () => (deps) => ({
      ...deps,
      store: {
        ...deps.store,
        commitState: async (commit, expected) => {
          const result = await deps.store.commitState(commit, expected);
          if (result.written || result.found === null) return result;
          return deps.store.commitState(commit, result.found.version);
        },
      },
    }),
  },
  {
    name: 'takes a refused commit for done',
    fromSeed: 6,
    promise: 'P6',
    patches: [
      patch('lambda/scan/commit.ts', "      return { outcome: 'refused', latest: found };\n", ''),
      patch('lambda/scan/commit.ts', '    latest = found;\n', ''),
    ],
  },
  {
    name: 'does not read again after its commit was refused',
    fromSeed: 4170,
    promise: 'P4, P6',
    patches: [
      patch(
        'lambda/scan/read-and-commit.ts',
        '  for (let attempt = 1; attempt <= commitAttempts; attempt += 1) {\n    const observation = await readInstance(resource, facts, run);\n',
        '  const observation = await readInstance(resource, facts, run);\n  for (let attempt = 1; attempt <= commitAttempts; attempt += 1) {\n',
      ),
    ],
  },
  {
    name: 'joins an older listing to a newer read after its commit was refused',
    fromSeed: 1125,
    promise: 'P4',
    patches: [patch('lambda/scan/read-and-commit.ts', '    if (!isListedAlike(latest, facts)) break;\n', '')],
  },
  {
    name: 'lets a commit move the told mark',
    promise: 'P3',
    buildTable: () => new MovingTold(),
  },
  {
    name: 'lets the told mark go back',
    fromSeed: 156,
    promise: 'watermarks',
    buildTable: () => new ReturningTold(),
  },
  {
    name: 'commits over what is committed and not yet recorded',
    fromSeed: 249,
    promise: 'watermarks',
    buildTable: () => new HastyCommit(),
  },
  {
    name: 'lets a snapshot expire before its alert was sent',
    fromSeed: 106,
    promise: 'P3',
    patches: [patch('lambda/scan/decide/decide-expiry.ts', 'if (alerted < entry.version - 1) return [];', '')],
  },
  {
    name: 'forgets the departure of what was replaced',
    promise: 'P6',
    patches: [patch('lambda/scan/commit.ts', 'if (entry.replaces !== null)', 'if (entry.replaces === undefined)')],
  },
  {
    name: 'waits before it tells that access is denied',
    fromSeed: 87,
    promise: 'P5',
    patches: [patch('lambda/scan/decide/decide-gap.ts', "failure.reason === 'access-denied' || ", '')],
  },
  {
    name: 'leaves pending what a dead scan committed',
    promise: 'P3',
    patches: [
      patch(
        'lambda/scan/load-latest-states.ts',
        'if (latest.recorded >= latest.version) return latest;',
        'if (latest.version >= 0) return latest;',
      ),
    ],
  },
  {
    name: 'does not raise the instant where the clock went back',
    fromSeed: 9,
    promise: 'P6',
    patches: [
      patch(
        'lambda/history/instants.ts',
        'Math.max(nowMs, lastAt === null ? 0 : Date.parse(lastAt) + 1)',
        'lastAt === null ? nowMs : nowMs',
      ),
    ],
  },
  {
    name: 'takes a failed page for the end of the list',
    promise: 'P4',
    disguise: () => {
      const pages = new Map<string, ListedInstance[]>();
      return (deps) => ({
        ...deps,
        reader: {
          listRegions: (signal) => deps.reader.listRegions(signal),
          readFirewall: (region, name, signal) => deps.reader.readFirewall(region, name, signal),
          listInstances: async (region, signal) => {
            try {
              const listed = await deps.reader.listInstances(region, signal);
              pages.set(region, listed.slice(0, 1));
              return listed;
            } catch {
              return pages.get(region) ?? [];
            }
          },
        },
      });
    },
  },
  {
    name: 'takes a failed listing for an empty region',
    promise: 'P4',
    patches: [
      patch(
        'lambda/scan/read-and-commit.ts',
        'await reader.listInstances(region, readSignal)',
        'await reader.listInstances(region, readSignal).catch(() => [])',
      ),
    ],
  },
  {
    name: 'takes a failed read for an empty firewall',
    promise: 'P4, P6',
    patches: [
      patch(
        'lambda/scan/read-and-commit.ts',
        "await run.reader.readFirewall(region, instanceName ?? '', readSignal)",
        "await run.reader.readFirewall(region, instanceName ?? '', readSignal).catch(() => [])",
      ),
    ],
  },
  {
    name: 'takes a listed instance that is not found for gone',
    fromSeed: 10,
    promise: 'P4, P5',
    patches: [
      patch(
        'lambda/scan/read-and-commit.ts',
        "    return { kind: 'failed', instance: facts, failure: { reason, message } };",
        "    return reason === 'not-found' ? ({ kind: 'absent' } as never) : { kind: 'failed', instance: facts, failure: { reason, message } };",
      ),
    ],
  },
  {
    name: 'compares with what was listed while nothing could be read',
    promise: 'P3, P4',
    patches: [
      patch(
        'lambda/scan/decide/decide-instance.ts',
        'keepsRules && latest.rules !== null ? latest.instance : entry.instance',
        'entry.instance',
      ),
    ],
  },
  {
    name: 'leaves what a first listing does not name untold',
    promise: 'P3',
    patches: [
      patch(
        'lambda/scan/publish-alerts.ts',
        'if (isNamed || isCounted) return entry;',
        'if (isNamed || isCounted || listing !== null) return entry;',
      ),
    ],
  },
  {
    name: 'dates a change after a scan that could not read the instance',
    fromSeed: 200,
    promise: 'P6',
    patches: [
      patch(
        'lambda/scan/decide/decide-instance.ts',
        '(latest?.failure ?? region?.failure)?.confirmedAt',
        '(latest?.failure?.confirmedAt ?? region?.failure?.confirmedAt)',
      ),
    ],
  },
  {
    name: 'begins the count of failed scans anew with every scan',
    fromSeed: 10,
    promise: 'P5',
    patches: [patch('lambda/scan/decide/decide-gap.ts', 'if (counted !== null) return', 'if (counted?.gapAt) return')],
  },
  {
    name: 'tells of a gap with every scan',
    fromSeed: 13,
    promise: 'P5',
    patches: [patch('lambda/scan/decide/decide-instance.ts', '  if (failure.gapAt !== null) return nothing;\n', '')],
  },
  {
    name: 'ends a gap without a word',
    fromSeed: 34,
    promise: 'P5',
    patches: [
      patch(
        'lambda/scan/decide/decide-instance.ts',
        "if (latest.status === 'known') return",
        "if (latest.status === 'known' || latest.failure) return",
      ),
    ],
  },
  {
    name: 'takes what an event names for gone where its region can not be listed',
    fromSeed: 102,
    promise: 'P4',
    patches: [
      patch(
        'lambda/scan/event-scan.ts',
        'await listRegion(region, fleet, run).catch(() => null)',
        'await listRegion(region, fleet, run).catch(() => [])',
      ),
    ],
  },
  {
    name: 'names every call that ever came for a change, whenever it was made',
    promise: 'P6',
    patches: [
      patch(
        'lambda/scan/decide/decide-attribution.ts',
        'const found = attributeChange(entry, before, calls, { by, at: toInstant(now) });',
        "const found = attributeChange({ ...entry, changedAfter: null, changedBefore: '9999' }, before, calls, { by, at: toInstant(now) });\n  if (found) found.calls = calls.map((call) => ({ ...call }));",
      ),
    ],
  },
  {
    name: 'begins a new history for a name whose latest was removed',
    fromSeed: 122,
    promise: 'P6',
    patches: [
      patch(
        'lambda/scan/read-and-commit.ts',
        'latest === null ? await run.store.loadNewestEntry(resource) : null',
        'null',
      ),
    ],
  },
  {
    name: 'reads the fleet as it was a moment ago',
    promise: 'P3, P5',
    disguise: () => {
      let before: Awaited<ReturnType<FleetStore['loadFleet']>> | null = null;
      return (deps) => ({
        ...deps,
        store: {
          ...deps.store,
          loadFleet: async (account) => {
            const now = await deps.store.loadFleet(account);
            const stale = before ?? now;
            before = now;
            return stale;
          },
        },
      });
    },
  },
  {
    name: 'gives back a lease that another scan has taken over',
    fromSeed: 929,
    promise: 'lease',
    buildTable: () => new AnybodysLease(),
  },
  {
    name: 'lets the snapshot in force expire when a gap begins',
    fromSeed: 39,
    promise: 'P6',
    patches: [
      patch(
        'lambda/scan/decide/decide-expiry.ts',
        "entry.kind === 'changed' || entry.kind === 'gone'",
        "entry.kind === 'changed' || entry.kind === 'gap'",
      ),
    ],
  },
  {
    name: 'puts who made a change beside it before it says so',
    promise: 'P3',
    patches: [
      patch(
        'lambda/scan/publish-attributions.ts',
        '  await storeAll(silent, result, run);\n',
        '  await storeAll(silent, result, run);\n  await storeAll(waiting.map(({ one }) => one), result, run);\n',
      ),
    ],
  },
  {
    name: 'sends the actor of a change again in every pass',
    fromSeed: 16,
    promise: 'P3, P6',
    patches: [patch('lambda/scan/decide/decide-attribution.ts', 'isBetter(attribution, entry) && ', '')],
  },
  {
    name: 'tells of what flapped with every pass',
    fromSeed: 232,
    promise: 'P3',
    patches: [
      patch(
        'lambda/scan/decide/decide-instance-transients.ts',
        "reportedEventIds: idsOf(entries.filter(({ kind }) => kind === 'flapped')),",
        'reportedEventIds: new Set(),',
      ),
      patch(
        'lambda/scan/decide/decide-instance-transients.ts',
        "kind === 'flapped' || changedBy?.calls.length === 1",
        "kind === 'gap' && changedBy != null",
      ),
    ],
  },
  {
    name: 'takes the calls to one instance for those to another',
    fromSeed: 38,
    promise: 'P6',
    patches: [
      patch(
        'lambda/scan/record-transient-changes.ts',
        'const own = calls.filter((call) => call.instanceNames.includes(instanceName));',
        'const own = [...calls];',
      ),
    ],
  },
  {
    name: 'loses the calls for which a lookup had no time',
    fromSeed: 411,
    promise: 'P3',
    patches: [
      patch(
        'lambda/scan/record-transient-changes.ts',
        '[until, ...waits].sort()[0]',
        '[toInstant(nowMs), ...waits].sort()[0]',
      ),
    ],
  },
  {
    name: 'never names a second caller of a change after the first one',
    fromSeed: 16,
    promise: 'P6',
    patches: [
      patch('lambda/scan/decide/decide-attribution.ts', 'if (!known) return true;', 'if (known) return false;'),
    ],
  },
  {
    name: 'does not look up again a change that an event attributed',
    fromSeed: 108,
    promise: 'P6',
    patches: [
      patch(
        'lambda/scan/decide/decide-lookup.ts',
        'return isFresh && causedKinds.includes(entry.kind)',
        'return isFresh && !entry.changedBy && causedKinds.includes(entry.kind)',
      ),
    ],
  },
  {
    name: 'finds no transient change',
    fromSeed: 34,
    promise: 'P3',
    patches: [
      patch(
        'lambda/scan/decide/decide-instance-transients.ts',
        'transients: transients.map(',
        'transients: transients.slice(9).map(',
      ),
    ],
  },
  {
    name: 'reports ports as opened for a while that were open before',
    fromSeed: 34,
    promise: 'P4',
    patches: [patch('lambda/attribution/find-transient-exposure.ts', '...subtractReach(reach, any),', '...reach,')],
  },
];

function patch(file: string, find: string, replace: string): Patch {
  return { file, find, replace };
}

class MovingTold extends InMemoryFleetStore {
  override async commitState(...[commit, expected]: Parameters<FleetStore['commitState']>): Promise<WriteResult> {
    const result = await super.commitState(commit, expected);
    const latest = [...this.states.values()].find(({ pending }) => pending?.commitId === commit.pending.commitId);
    if (result.written && latest) latest.alerted = latest.recorded;
    return result;
  }
}

class ReturningTold extends InMemoryFleetStore {
  override async markAlerted(...[resource, version]: Parameters<FleetStore['markAlerted']>): Promise<boolean> {
    const latest = this.states.get(`${resource.account}#${resourceKey(resource)}`);
    if (latest) latest.alerted = version;
    return latest !== undefined;
  }
}

class HastyCommit extends InMemoryFleetStore {
  override async commitState(...[commit, expected]: Parameters<FleetStore['commitState']>): Promise<WriteResult> {
    const found = this.states.get(`${commit.resource.account}#${resourceKey(commit.resource)}`);
    if (!found || found.version !== expected) return super.commitState(commit, expected);
    Object.assign(found, structuredClone(commit));
    return { written: true };
  }
}

class AnybodysLease extends InMemoryFleetStore {
  override async releaseLease(lease: Parameters<FleetStore['releaseLease']>[0]): Promise<void> {
    const holder = this.leases.get(lease.account)?.holder ?? lease.holder;
    await super.releaseLease({ ...lease, holder });
  }
}
