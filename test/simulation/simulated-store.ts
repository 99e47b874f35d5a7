/** The table as one scan meets it: every call waits for its turn, may go wrong, and is judged by the model when it happened. */
import type { HistoryEntry } from '../../lambda/history/entry.ts';
import { subjectKey } from '../../lambda/scan/head.ts';
import type { FleetStore } from '../../lambda/scan/roles.ts';
import type { Setting } from './setting.ts';
import type { SimulatedScan } from './simulated-scan.ts';
import type { Call } from './stage.ts';

/** Later than any lease lasts: to whoever comes then, it is free. */
const whenLeasesAreOver = Date.parse('9000-01-01T00:00:00.000Z');

export function buildStore(scan: SimulatedScan, { stage, model, table, age, isLeaseBroken }: Setting): FleetStore {
  const ask = <T>(name: string, effect: () => Promise<T>, judge?: Call<T>['judge']) =>
    stage.call<T>(scan, { role: 'store', name, effect, judge, error: () => new Error(`the table failed: ${name}`) });
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
    loadHead: (subject) => ask(`loadHead ${subjectKey(subject)}`, () => table.loadHead(subject)),
    commitHead: (given, expected) => {
      const commit = { ...given, pending: age(given.pending, scan, true) };
      return ask(
        `commitHead ${describeEntry(commit.pending)}, expects ${expected}`,
        () => table.commitHead(commit, expected),
        (isDone) => model.onCommit(scan, commit, isDone, stage.world),
      );
    },
    markFailure: (subject, version, failure) =>
      ask(
        `markFailure ${subjectKey(subject)} version ${version}: ${failure?.reason ?? 'none'}`,
        () => table.markFailure(subject, version, failure),
        (isDone) => model.onFailure(scan, subject, failure, isDone),
      ),
    createHead: (head) =>
      ask(
        `createHead ${subjectKey(head.subject)}: ${head.failure?.reason}`,
        () => table.createHead(head),
        (isDone) => model.onFailure(scan, head.subject, head.failure, isDone),
      ),
    putEntry: (given) => {
      const entry = age(given, scan, false);
      return ask(
        `putEntry ${describeEntry(entry)}`,
        () => table.putEntry(entry),
        (isDone) => model.onEntry(entry, isDone),
      );
    },
    expireEntry: (subject, at, expiresAtSeconds) =>
      ask(
        `expireEntry ${subjectKey(subject)} ${at}`,
        () => table.expireEntry(subject, at, expiresAtSeconds),
        () => model.onExpiry(subject, at),
      ),
    putAttribution: (subject, at, attribution) =>
      ask(
        `putAttribution ${subjectKey(subject)} ${at}`,
        () => table.putAttribution(subject, at, attribution),
        (isDone) => {
          if (isDone) model.onAttribution(scan, subject, at, attribution, stage.world.now);
        },
      ),
    loadAttribution: (subject, at) =>
      ask(`loadAttribution ${subjectKey(subject)} ${at}`, () => table.loadAttribution(subject, at)),
    putDeparted: (departed) =>
      ask(
        `putDeparted ${subjectKey(departed.subject)}`,
        () => table.putDeparted(departed),
        () => model.onDeparted(departed),
      ),
    markRecorded: (subject, version) =>
      ask(
        `markRecorded ${subjectKey(subject)} version ${version}`,
        () => table.markRecorded(subject, version),
        (isDone) => model.onRecorded(subject, version, isDone),
      ),
    markTold: (subject, version) =>
      ask(
        `markTold ${subjectKey(subject)} version ${version}`,
        () => table.markTold(subject, version),
        (isDone) => model.onTold(scan, subject, version, isDone, stage.world.now),
      ),
    loadEntry: (subject, at) => ask(`loadEntry ${subjectKey(subject)} ${at}`, () => table.loadEntry(subject, at)),
    loadEntriesAfter: (subject, version) =>
      ask(`loadEntriesAfter ${subjectKey(subject)} ${version}`, () => table.loadEntriesAfter(subject, version)),
    loadEntriesSince: (subject, from) =>
      ask(`loadEntriesSince ${subjectKey(subject)} ${from}`, () => table.loadEntriesSince(subject, from)),
    loadNewestEntry: (subject) => ask(`loadNewestEntry ${subjectKey(subject)}`, () => table.loadNewestEntry(subject)),
    deleteHead: (subject, version) =>
      ask(
        `deleteHead ${subjectKey(subject)} version ${version}`,
        () => table.deleteHead(subject, version),
        () => model.onDeleted(subject),
      ),
    putScan: (record, expiresAtSeconds) =>
      ask(
        'putScan',
        () => table.putScan(record, expiresAtSeconds),
        () => model.onScanNoted(scan, record),
      ),
    loadScansSince: (account, from) => ask(`loadScansSince ${from}`, () => table.loadScansSince(account, from)),
    saveCallState: (account, state) => ask('saveCallState', () => table.saveCallState(account, state)),
  };
}

function describeEntry({ subject, version, kind, at, verdict }: HistoryEntry): string {
  return `${subjectKey(subject)} version ${version} ${kind}${verdict ? ` ${verdict}` : ''} at ${at}`;
}
