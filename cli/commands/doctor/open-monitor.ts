import { callOnce } from '../../../lambda/adapters/call-once.ts';
import { stackOutputs } from '../../../lambda/contract/deployed-names.ts';
import {
  defaultSettings,
  type EffectiveSettings,
  effectiveSettings,
} from '../../../lambda/contract/settings-schema.ts';
import { compareText } from '../../../lambda/history/compare-text.ts';
import { toInstant } from '../../../lambda/history/instants.ts';
import type { NotedScan } from '../../../lambda/history/scan-note.ts';
import type { LoadedAccounts } from '../../../lambda/pass/interfaces.ts';
import { findSingleSince } from '../../aws/decide-single-again.ts';
import type { DynamoDbHistoryReader, Fleet } from '../../aws/history-reader.ts';
import { type MetricQuery, readDaySums } from '../../aws/monitor/read-alarms.ts';
import { forEachAccount, openTable } from '../../aws/open-deployment.ts';
import type { DeployedStack } from '../../aws/stack-outputs.ts';
import type { StackResource } from '../../aws/stack-resources.ts';
import type { WaitingAlerts } from '../../questions/waiting-alerts.ts';
import { type CloneSettings, readCloneSettings } from './clone-settings.ts';
import { topicName } from './decide/decide-topics.ts';
import type { MonitorPlace } from './row.ts';

export type Known<T> = { value: T } | { error: unknown };

/** Thrown by a check that needs the answer of a failed request. `permissions`: the IAM actions of that request. */
export class LacksError extends Error {
  readonly permissions: string[];

  constructor(permissions: string[], cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.permissions = permissions;
  }
}

interface MonitorSource {
  place: MonitorPlace;
  deployed: Known<DeployedStack | null>;
  resources: Known<StackResource[]>;
  tableName: string | null;
  /** The options `-c key=value`. */
  context: Readonly<Record<string, string>>;
  /** ms since the epoch. */
  now: number;
  signal: AbortSignal;
}

export interface WatchedFleet {
  reader: DynamoDbHistoryReader;
  fleet: Fleet;
  /** False: the account cannot be entered, so `fleet` can be old. */
  isEntered: boolean;
}

/**
 * Returns the physical IDs of the stack's resources of this type, and the IDs in these `outputs` of the stack. If the resources could not
 * be listed, returns only the IDs in `outputs`.
 */
export interface Monitor extends MonitorSource {
  /**
   * Returns the physical IDs of the stack's resources of a type. The IDs in the `outputs` of the stack are added. If the resources could
   * not be listed, returns the IDs in the `outputs`.
   */
  listParts(type: string, outputs?: readonly (keyof typeof stackOutputs)[]): string[];
  listSubscriptions(): StackResource[];
  output(name: keyof typeof stackOutputs): string | null;
  requireTable(): string;
  /** Loads one fleet for each watched account. */
  loadFleets(): Promise<WatchedFleet[]>;
  /** The newest 1,000 scans of the monitor account, newest first. */
  loadNewestScans(): Promise<NotedScan[]>;
  /** The settings that the newest scan of all accounts worked with; `null`: no scan has recorded any. */
  loadSettings(): Promise<EffectiveSettings | null>;
  /** Loads the interval of scans, in minutes. If no scan has recorded its settings, the interval in the local configuration is returned. */
  loadInterval(): Promise<number>;
  loadDaySums(): Promise<Map<string, number>>;
  /** Loads the registry of accounts; `null`: the monitor watches only the monitor account. */
  loadAccounts(): Promise<LoadedAccounts | null>;
  /**
   * Counts the alerts in the outbox, which wait for the collector; `null`: no alert waits. A monitor of only its own account has no
   * collector, so nothing publishes alerts that are left in its outbox.
   */
  loadOutbox(): Promise<WaitingAlerts | null>;
  readClone(): CloneSettings;
  close(): void;
}

/**
 * The search for the last complete scan reads this number of scans, which is one page of a Query. With a scan every five minutes, that is
 * three and a half days.
 */
const newestScans = 1_000;

export function openMonitor(source: MonitorSource): Monitor {
  const { place, deployed, resources, tableName, now, signal } = source;
  const outputs = 'value' in deployed ? deployed.value?.outputs : undefined;
  const output = (name: keyof typeof stackOutputs) => outputs?.get(stackOutputs[name]) ?? null;
  const requireTable = () => {
    if (tableName !== null) return tableName;
    throw new LacksError(
      ['cloudformation:DescribeStacks'],
      'error' in deployed ? deployed.error : 'the stack has no output SnapshotTableName',
    );
  };
  const opened = tableName === null ? null : openTable({ ...place, tableName }, place.credentials, signal, () => now);
  const table = () => {
    requireTable();
    if (opened === null) throw new Error('a table without a reader');
    return opened;
  };
  const own = callOnce(() => table().openAccount(place.account).reader);
  const at = toInstant(now);
  const loadOwnFleet = callOnce(async () => own().loadFleet());
  const loadRegistry = callOnce(async () => table().loadAccounts(place.account));
  const loadAccounts = callOnce(async () => {
    const registry = await loadRegistry();
    return registry !== null && (await findSingleSince(registry, own(), at)) === null ? registry : null;
  });
  const listResources = () => {
    if ('value' in resources) return resources.value;
    throw new LacksError(['cloudformation:ListStackResources'], resources.error);
  };
  const listParts: Monitor['listParts'] = (type, names = []) => {
    const known = names.flatMap((name) => output(name) ?? []);
    if ('error' in resources && known.length > 0) return known;
    const listed = listResources().filter((resource) => resource.type === type);
    return [...new Set([...listed.map(({ physicalId }) => physicalId), ...known])];
  };
  // If `place.monitor` is set, a user's own CDK app has the configuration, not this clone. So the default settings are used.
  const readClone = callOnce(() =>
    place.monitor === null
      ? readCloneSettings(source.context)
      : { settings: effectiveSettings(defaultSettings()), emails: [] },
  );
  const loadFleets = callOnce(async (): Promise<WatchedFleet[]> => {
    const several = await loadAccounts();
    if (several === null) return [{ reader: own(), fleet: await loadOwnFleet(), isEntered: true }];
    const watched = several.accounts.filter(({ status }) => status === 'watched');
    return forEachAccount({ accounts: watched }, async ({ account, failure }) => {
      const { reader } = table().openAccount(account);
      return { reader, fleet: await reader.loadFleet(), isEntered: failure === null };
    });
  });
  // A scan records changed settings for its account. So the account that was scanned last has the newest settings.
  const loadSettings = callOnce(async () => {
    const startOf = ({ fleet }: WatchedFleet) => fleet.lastScan?.startedAt ?? '';
    const [newest] = (await loadFleets()).toSorted((a, b) => compareText(startOf(b), startOf(a)));
    return (await newest?.reader.loadSettingsAt(at))?.settings ?? null;
  });
  return {
    ...source,
    output,
    requireTable,
    loadAccounts,
    loadOutbox: async () => ((await loadRegistry()) === null ? null : table().loadOutbox(place.account)),
    listParts,
    listSubscriptions: () => listResources().filter(({ type }) => type === 'AWS::SNS::Subscription'),
    readClone,
    loadFleets,
    loadSettings,
    loadNewestScans: callOnce(async () => own().loadScans({ from: null, until: null }, newestScans, false)),
    loadInterval: async () => ((await loadSettings()) ?? readClone().settings).scanEveryMinutes,
    loadDaySums: callOnce(() => readDaySums(listMetrics(listParts), now, place, signal)),
    close: () => opened?.close(),
  };
}

const functionMetrics = ['Invocations', 'Errors', 'Throttles'];
const topicMetrics = ['NumberOfNotificationsFailed', 'NumberOfNotificationsDelivered'];

/** The ID of a metric in a request: the letter m, the name of the metric, and the index of the function or topic in its list. */
export const metricId = (name: string, index: number): string => `m${name}${index}`;

export const listFunctions = (listParts: Monitor['listParts']) =>
  listParts('AWS::Lambda::Function', ['scanFunctionName']);
export const listTopics = (listParts: Monitor['listParts']) =>
  listParts('AWS::SNS::Topic', ['alertTopicArn', 'healthTopicArn']);

function listMetrics(listParts: Monitor['listParts']): MetricQuery[] {
  const list = (namespace: string, dimension: string, values: readonly string[], names: readonly string[]) =>
    values.flatMap((Value, index) =>
      names.map((name) => ({ id: metricId(name, index), namespace, name, dimension: { Name: dimension, Value } })),
    );
  return [
    ...list('AWS/Lambda', 'FunctionName', listFunctions(listParts), functionMetrics),
    ...list('AWS/SNS', 'TopicName', listTopics(listParts).map(topicName), topicMetrics),
  ];
}
