/** The roles as one scan meets them: every call waits for its turn on the stage, may go wrong there, and is judged by the model. */
import type { HistoryEntry } from '../../lambda/history/entry.ts';
import { subjectKey } from '../../lambda/scan/head.ts';
import type { AlertPublisher, FirewallReader, FleetStore } from '../../lambda/scan/roles.ts';
import type { Model } from './model.ts';
import type { AgeEntry } from './older-algorithm.ts';
import type { Product } from './product.ts';
import type { SimulatedScan } from './simulated-scan.ts';
import type { Call, Stage } from './stage.ts';

export interface Setting {
  stage: Stage;
  model: Model;
  product: Product;
  /** The table itself. */
  table: FleetStore;
  age: AgeEntry;
  isLeaseBroken: boolean;
}

/** Later than any lease lasts: to whoever comes then, it is free. */
const whenLeasesAreOver = Date.parse('9000-01-01T00:00:00.000Z');

export function buildReader(scan: SimulatedScan, { stage, model, product }: Setting): FirewallReader {
  const { world } = stage;
  const { ReadError } = product;
  const read = <T>(name: string, effect: () => T, call: Partial<Call<T>>) =>
    stage.call<T>(scan, {
      role: 'reader',
      name,
      effect: async () => effect(),
      error: () => new ReadError('network', 'the connection was reset'),
      ...call,
    });
  const check = (failure: ConstructorParameters<typeof ReadError>[0] | null | undefined) => {
    if (failure) throw new ReadError(failure, `as things are: ${failure}`);
  };
  return {
    listRegions: () => read('listRegions', () => [...world.regions.keys()], {}),
    listInstances: (region) => {
      let order = 0;
      const effect = () => {
        order = stage.order;
        check(world.regions.get(region)?.failure);
        return world.list(region);
      };
      return read(`listInstances ${region}`, effect, {
        onAnswer: (listed) => {
          const facts = new Map(listed.map((instance) => [instance.name ?? '', instance.facts]));
          const listing = { order, facts };
          scan.listings.set(region, listing);
          model.onListed(region, listing);
        },
        onError: () => scan.listings.set(region, { order, reason: 'network' }),
      });
    },
    readFirewall: (region, instanceName) => {
      const key = subjectKey({ region, instanceName });
      let order = 0;
      let reason: ConstructorParameters<typeof ReadError>[0] = 'network';
      const effect = () => {
        order = stage.order;
        const instance = world.find(region, instanceName);
        reason = instance === null ? 'not-found' : (instance.failure ?? 'network');
        if (instance === null || instance.failure !== null) throw new ReadError(reason, `as things are: ${reason}`);
        return [...instance.rules];
      };
      return read(`readFirewall ${key}`, effect, {
        onAnswer: (rules) => {
          scan.readings.set(key, { order, rules });
          model.chronicleOf({ region, instanceName }).failedScans = 0;
        },
        onError: () => scan.readings.set(key, { order, reason }),
      });
    },
  };
}

export function buildStore(scan: SimulatedScan, { stage, model, table, age, isLeaseBroken }: Setting): FleetStore {
  const ask = <T>(name: string, effect: () => Promise<T>, judge?: Call<T>['judge']) =>
    stage.call<T>(scan, { role: 'store', name, effect, judge, error: () => new Error(`the table failed: ${name}`) });
  return {
    takeLease: (lease) =>
      ask('takeLease', () => table.takeLease(isLeaseBroken ? { ...lease, now: whenLeasesAreOver } : lease)),
    releaseLease: (lease) => ask('releaseLease', () => table.releaseLease(lease)),
    loadFleet: (account) => ask('loadFleet', () => table.loadFleet(account)),
    loadHead: (subject) => ask(`loadHead ${subjectKey(subject)}`, () => table.loadHead(subject)),
    commitHead: (given, expected) => {
      const commit = { ...given, pending: age(given.pending, scan, true) };
      return ask(
        `commitHead ${describeEntry(commit.pending)}, expects ${expected}`,
        () => table.commitHead(commit, expected),
        (isDone) => model.onCommit(scan, commit, isDone),
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
  };
}

export function buildPublisher(scan: SimulatedScan, { stage, model }: Setting): AlertPublisher {
  const error = () => new Error('the topic failed');
  return {
    hasConfirmedSubscriber: () =>
      stage.call<boolean>(scan, {
        role: 'publisher',
        name: 'hasConfirmedSubscriber',
        effect: async () => stage.isAnybodyListening,
        error,
        onAnswer: (hasSubscriber) => {
          scan.hasSubscriber = hasSubscriber;
        },
      }),
    publish: (message) =>
      stage.call<void>(scan, {
        role: 'publisher',
        name: `publish "${message.subject}"`,
        effect: async () => undefined,
        judge: (_, fate) => model.onPublish(scan, message, fate),
        error,
      }),
  };
}

function describeEntry({ subject, version, kind, at, verdict }: HistoryEntry): string {
  return `${subjectKey(subject)} version ${version} ${kind}${verdict ? ` ${verdict}` : ''} at ${at}`;
}
