/** The table as one scan uses it: every call waits for its turn, may fail, and is checked by the model when it happens. */
import type { HistoryEntry } from '../../lambda/history/entry.ts';
import { resourceKey } from '../../lambda/history/resource-key.ts';
import type { FleetStore } from '../../lambda/scan/interfaces.ts';
import type { Call } from './scheduler.ts';
import type { Setting } from './setting.ts';
import type { SimulatedScan } from './simulated-scan.ts';

/** Later than the end of every lease. A request for a lease with this instant as `now` finds the lease free. */
const whenLeasesAreOver = Date.parse('9000-01-01T00:00:00.000Z');

export function buildStore(
  scan: SimulatedScan,
  { scheduler, model, table, age, approvals, isLeaseBroken }: Setting,
): FleetStore {
  const ask = <T>(name: string, effect: () => Promise<T>, check?: Call<T>['check']) =>
    scheduler.call<T>(scan, {
      role: 'store',
      name,
      effect,
      check,
      error: () => new Error(`the table failed: ${name}`),
    });
  return {
    takeLease: (lease) =>
      ask(
        'takeLease',
        () => table.takeLease(isLeaseBroken ? { ...lease, now: whenLeasesAreOver } : lease),
        (grant) => model.onLeaseTaken(scan, lease, typeof grant !== 'string'),
      ),
    releaseLease: (lease) =>
      ask(
        'releaseLease',
        () => table.releaseLease(lease),
        () => model.onLeaseReleased(scan),
      ),
    takeEventLease: (lease) =>
      ask(
        'takeEventLease',
        () => table.takeEventLease(isLeaseBroken ? { ...lease, now: whenLeasesAreOver } : lease),
        (grant) => model.onLeaseTaken(scan, lease, typeof grant !== 'string'),
      ),
    releaseEventLease: (lease) =>
      ask(
        'releaseEventLease',
        () => table.releaseEventLease(lease),
        () => model.onLeaseReleased(scan),
      ),
    loadFleet: (account) => ask('loadFleet', () => table.loadFleet(account)),
    // This is not a call of the scheduler, because that would change all random numbers of a seed.
    loadApprovals: async () => approvals.load(scan, scheduler.isQuiet),
    loadState: (resource) => ask(`loadState ${resourceKey(resource)}`, () => table.loadState(resource)),
    commitState: (given, expected) => {
      const commit = { ...given, pending: age(given.pending, scan, true) };
      return ask(
        `commitState ${describeEntry(commit.pending)}, expects ${expected}`,
        () => table.commitState(commit, expected),
        ({ written }) => model.onCommit(scan, commit, written, scheduler.world),
      );
    },
    markFailure: (resource, version, mark, instance) =>
      ask(
        `markFailure ${resourceKey(resource)} version ${version}: ${mark.failure?.reason ?? 'none'}`,
        () => table.markFailure(resource, version, mark, instance),
        ({ written }) => model.onMark(scan, resource, mark, written),
      ),
    createState: (latest) =>
      ask(
        `createState ${resourceKey(latest.resource)}: ${latest.failure?.reason}`,
        () => table.createState(latest),
        ({ written }) => model.onMark(scan, latest.resource, latest, written),
      ),
    putEntry: (given) => {
      const entry = age(given, scan, false);
      return ask(
        `putEntry ${describeEntry(entry)}`,
        () => table.putEntry(entry),
        (isDone) => model.onEntry(entry, isDone),
      );
    },
    expireEntry: (resource, at, expiresAtSeconds) =>
      ask(
        `expireEntry ${resourceKey(resource)} ${at}`,
        () => table.expireEntry(resource, at, expiresAtSeconds),
        () => model.onExpiry(resource, at),
      ),
    putAttribution: (resource, at, found, known) =>
      ask(
        `putAttribution ${resourceKey(resource)} ${at}`,
        () => table.putAttribution(resource, at, found, known),
        (isDone) => {
          if (isDone) model.onAttribution(scan, resource, at, found, scheduler.world.now);
        },
      ),
    loadAttribution: (resource, at) =>
      ask(`loadAttribution ${resourceKey(resource)} ${at}`, () => table.loadAttribution(resource, at)),
    putDeparted: (departed) =>
      ask(
        `putDeparted ${resourceKey(departed.resource)}`,
        () => table.putDeparted(departed),
        () => model.onDeparted(departed),
      ),
    markRecorded: (resource, version) =>
      ask(
        `markRecorded ${resourceKey(resource)} version ${version}`,
        () => table.markRecorded(resource, version),
        (isDone) => model.onRecorded(resource, version, isDone),
      ),
    markAlerted: (resource, version) =>
      ask(
        `markAlerted ${resourceKey(resource)} version ${version}`,
        () => table.markAlerted(resource, version),
        (isDone) => model.onTold(scan, resource, version, isDone, scheduler.world.now),
      ),
    loadEntry: (resource, at) => ask(`loadEntry ${resourceKey(resource)} ${at}`, () => table.loadEntry(resource, at)),
    loadEntriesAfter: (resource, version) =>
      ask(`loadEntriesAfter ${resourceKey(resource)} ${version}`, () => table.loadEntriesAfter(resource, version)),
    loadEntriesSince: (resource, from) =>
      ask(`loadEntriesSince ${resourceKey(resource)} ${from}`, () => table.loadEntriesSince(resource, from)),
    loadNewestEntry: (resource) =>
      ask(`loadNewestEntry ${resourceKey(resource)}`, () => table.loadNewestEntry(resource)),
    deleteState: (resource, version) =>
      ask(
        `deleteState ${resourceKey(resource)} version ${version}`,
        () => table.deleteState(resource, version),
        () => model.onDeleted(resource),
      ),
    putScan: (record, expiresAtSeconds) =>
      ask(
        'putScan',
        () => table.putScan(record, expiresAtSeconds),
        () => model.onScanNoted(scan, record),
      ),
    loadScansSince: (account, from) => ask(`loadScansSince ${from}`, () => table.loadScansSince(account, from)),
    recordSettings: (settings, at, hash) => ask(`recordSettings ${at}`, () => table.recordSettings(settings, at, hash)),
    saveApprovalMarks: async (account, marks) => {
      const { isDone, isAnswered } = approvals.drawSave(scheduler.isQuiet);
      if (!scan.isRunning) return;
      if (isDone) await scheduler.beside(table.saveApprovalMarks(account, marks));
      if (isAnswered) return;
      scan.hasFaults = true;
      throw new Error('the table failed: saveApprovalMarks');
    },
    saveCallState: (account, state) => ask('saveCallState', () => table.saveCallState(account, state)),
  };
}

function describeEntry({ resource, version, kind, at, verdict }: HistoryEntry): string {
  return `${resourceKey(resource)} version ${version} ${kind}${verdict ? ` ${verdict}` : ''} at ${at}`;
}
