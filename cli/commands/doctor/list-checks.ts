/** The checks of `portwatch doctor`, in the order of their rows. Each check reads its facts and decides its rows. */

import pLimit from 'p-limit';
import { callOnce } from '../../../lambda/adapters/call-once.ts';
import { parseChannels } from '../../../lambda/contract/channels.ts';
import { isWatched } from '../../../lambda/contract/settings-schema.ts';
import { toInstant } from '../../../lambda/history/instants.ts';
import { ConfigurationError } from '../../../lib/configuration-error.ts';
import { readSourceVersion } from '../../../lib/source-version.ts';
import { nameAccounts } from '../../aws/choose-accounts-of-question.ts';
import { readAlarms } from '../../aws/monitor/read-alarms.ts';
import { readConcurrency, readFunction } from '../../aws/monitor/read-function.ts';
import { readQueue } from '../../aws/monitor/read-queue.ts';
import { readSchedule } from '../../aws/monitor/read-schedule.ts';
import { countListeners, hasSubscription, readSubscriptions } from '../../aws/monitor/read-subscriptions.ts';
import { readRecovery, readTable, readTimeToLive } from '../../aws/monitor/read-table-protection.ts';
import { listNameless } from '../../questions/blind-spots.ts';
import { findWaitingAlerts, joinWaiting } from '../../questions/waiting-alerts.ts';
import { checkEventRules, checkEvents, checkTrails, eventReads, ruleReads } from './check-events.ts';
import { decideAccounts, decideCompletePass, decideLastPass } from './decide/decide-accounts.ts';
import { decideAlarm } from './decide/decide-alarm.ts';
import { decideSettings, decideStack, decideVersion } from './decide/decide-deployment.ts';
import { decideFunction, decideFunctionErrors } from './decide/decide-functions.ts';
import { decideQueue } from './decide/decide-queue.ts';
import {
  decideCompleteScan,
  decideLastScan,
  decideLeftAlerts,
  decideReadability,
  decideSchedule,
  decideWaitingAlerts,
} from './decide/decide-scans.ts';
import { decideDeletionProtection, decideRecovery, decideTable, decideTimeToLive } from './decide/decide-table.ts';
import { decideDeliveries, decideTopic, topicName } from './decide/decide-topics.ts';
import { trailPermissions } from './decide/decide-trails.ts';
import { listFunctions, listTopics, type Monitor, metricId, type WatchedFleet } from './open-monitor.ts';
import { type Check, okRow, type Row, unknownRow } from './row.ts';
import { atOnce, checkEach, guard, lacksPart, sameName, tableReads } from './run-check.ts';
import { type CommandPlace, cdkCommand } from './suggested-commands.ts';

interface CheckRun {
  title: string;
  /** Rejects only after an interruption. */
  rows: Promise<Row[]>;
}

export function listChecks(monitor: Monitor): CheckRun[] {
  const limit = pLimit(atOnce);
  const start = (
    title: string,
    check: Check,
    permissions: readonly string[],
    read: () => Promise<Row[]> | Row[],
  ): CheckRun => {
    const rows = limit(() => guard({ check, resource: null }, permissions, monitor, read));
    // After an interruption, no caller awaits the remaining checks. Without this line, an error in such a check would be an unhandled
    // rejection and end the process.
    rows.catch(() => undefined);
    return { title, rows };
  };
  return [
    start('the stack', 'stack', ['cloudformation:DescribeStacks'], () => checkStack(monitor)),
    start('the version', 'version', ['cloudformation:DescribeStacks'], () => checkVersion(monitor)),
    start('the settings', 'settings', tableReads, () => checkSettings(monitor)),
    start('the schedule', 'schedule', ['scheduler:GetSchedule'], () => checkSchedule(monitor)),
    start('the accounts', 'accounts', tableReads, async () =>
      decideAccounts(await monitor.loadAccounts(), monitor.place),
    ),
    start('the last scan', 'last-scan', tableReads, () => checkLastScan(monitor)),
    start('the last complete scan', 'complete-scan', tableReads, () => checkCompleteScan(monitor)),
    start('regions and instances', 'readability', tableReads, () => checkReadability(monitor)),
    start('alerts that wait', 'waiting-alerts', tableReads, () => checkWaitingAlerts(monitor)),
    start('the functions', 'function', functionReads, () => checkFunctions(monitor)),
    start('errors of the functions', 'function-errors', metricReads, () => checkFunctionErrors(monitor)),
    start('the subscriptions', 'topic', subscriptionReads, () => checkTopics(monitor)),
    start('the deliveries', 'deliveries', metricReads, () => checkDeliveries(monitor)),
    start('the queues', 'queue', queueReads, () => checkQueues(monitor)),
    start('the alarms', 'alarm', ['cloudwatch:DescribeAlarms'], () => checkAlarms(monitor)),
    start('the trails', 'trail', trailPermissions, () => checkTrails(monitor)),
    start('the rule for events', 'event-rule', ruleReads, () => checkEventRules(monitor)),
    start('events', 'events', eventReads, () => checkEvents(monitor)),
    ...checkTableProtection(monitor).map(({ title, check, permission, read }) =>
      start(title, check, [permission], read),
    ),
  ];
}

const lastPart = (url: string) => url.split('/').at(-1) ?? url;

function checkStack({ deployed, place }: Monitor): Row[] {
  if ('error' in deployed) throw deployed.error;
  return [decideStack(place.stack, deployed.value?.status ?? '', place)];
}

function checkVersion({ deployed, output, place }: Monitor): Row[] {
  if ('error' in deployed) throw deployed.error;
  return [decideVersion(output('version'), readSourceVersion(), place)];
}

async function checkSettings({ loadSettings, loadAccounts, readClone, place }: Monitor): Promise<Row[]> {
  if (place.monitor !== null)
    return [okRow({ check: 'settings', resource: null }, 'not compared: they are in the CDK app of the monitor')];
  try {
    const { settings } = readClone();
    const [recorded, several] = await Promise.all([loadSettings(), loadAccounts()]);
    // With several accounts, a scan records the name of its account in place of the configured name, so the names are not compared.
    const clone = several === null || recorded === null ? settings : { ...settings, name: recorded.name };
    return [decideSettings({ recorded, clone, account: place.account }, place)];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return [
      unknownRow({ check: 'settings', resource: null }, [], {
        found: `not known: the configuration of this clone is not valid: ${error.problems.join(' ')}`,
        expected: 'a portwatch.json, and options -c, that can be deployed',
        remedy: 'correct the configuration',
        command: cdkCommand(place, 'diff'),
      }),
    ];
  }
}

async function checkSchedule(monitor: Monitor): Promise<Row[]> {
  const { listParts, output, place, signal, now } = monitor;
  const [group = null] = 'value' in monitor.resources ? listParts('AWS::Scheduler::ScheduleGroup') : [];
  const names = listParts('AWS::Scheduler::Schedule');
  if (names.length === 0) return [lacksPart('schedule', 'schedule', monitor)];
  // Without settings, only the interval of the schedule is not checked.
  const scanEveryMinutes = await monitor.loadSettings().then(
    (settings) => settings?.scanEveryMinutes ?? null,
    () => null,
  );
  return checkEach(monitor, 'schedule', ['scheduler:GetSchedule'], names, sameName, async (name) => {
    const facts = await readSchedule(name, group, place, signal);
    return [decideSchedule({ name, facts, scanFunction: output('scanFunctionName'), scanEveryMinutes, now }, place)];
  });
}

async function checkLastScan({ loadFleets, loadAccounts, loadInterval, now, place }: Monitor): Promise<Row[]> {
  const [several, scanEveryMinutes] = await Promise.all([loadAccounts(), loadInterval()]);
  // With several accounts, the schedule starts passes. So the last pass is checked, because the monitor account perhaps has no scans.
  if (several !== null) return [decideLastPass(several.pass, { scanEveryMinutes, now }, place)];
  const [own] = await loadFleets();
  return [decideLastScan({ startedAt: own?.fleet.lastScan?.startedAt ?? null, scanEveryMinutes, now }, place)];
}

async function checkCompleteScan({ loadAccounts, loadNewestScans, loadInterval, now, place }: Monitor): Promise<Row[]> {
  const several = await loadAccounts();
  if (several !== null) return [decideCompletePass(several.pass, place)];
  const [scans, scanEveryMinutes] = await Promise.all([loadNewestScans(), loadInterval()]);
  const [newest] = scans;
  const complete = scans.find((scan) => scan.complete);
  const oldest = scans.at(-1);
  const searchedDays = oldest === undefined ? 0 : Math.ceil((now - Date.parse(oldest.startedAt)) / 86_400_000);
  const { regionsFailed = {}, notRead = [] } = newest ?? {};
  const check = { startedAt: complete?.startedAt ?? null, scanEveryMinutes, now, searchedDays, regionsFailed, notRead };
  return [decideCompleteScan({ ...check, isNewestComplete: newest?.complete === true }, place)];
}

/** Leaves out the regions that are no longer watched: scans do not read these regions, and this is not a failure. */
async function listWatchedStates(fleets: readonly WatchedFleet[], { loadSettings }: Monitor) {
  const settings = await loadSettings();
  return fleets
    .flatMap(({ fleet }) => fleet.states)
    .filter(({ resource }) => settings === null || isWatched(settings, resource.region));
}

async function checkReadability(monitor: Monitor): Promise<Row[]> {
  const { loadAccounts, loadFleets, now, place } = monitor;
  const several = await loadAccounts();
  // An account that cannot be entered has its own row, so its missing data is not reported here.
  const fleets = (await loadFleets()).filter(({ isEntered }) => isEntered);
  const refused = fleets.flatMap(({ fleet, reader: { account } }) =>
    fleet.refused.map((item) => ({ ...item, account })),
  );
  const nameless = fleets.flatMap(({ fleet, reader: { account } }) =>
    listNameless(fleet.lastScan, toInstant(now)).map((spot) => ({
      account,
      region: spot.kind === 'instance-without-name' ? spot.region : null,
    })),
  );
  const states = await listWatchedStates(fleets, monitor);
  return decideReadability(states, refused, nameless, several && nameAccounts(several), place);
}

async function checkWaitingAlerts(monitor: Monitor): Promise<Row[]> {
  const { loadFleets, loadOutbox, loadAccounts, loadInterval, requireTable, now, place } = monitor;
  const scanEveryMinutes = await loadInterval();
  const inHistory = await pLimit(atOnce).map(await loadFleets(), async (watched) =>
    findWaitingAlerts(await listWatchedStates([watched], monitor), watched.reader),
  );
  const outbox = await loadOutbox();
  // `isLeft`: without several accounts, no collector empties the outbox.
  const isLeft = outbox !== null && (await loadAccounts()) === null;
  const waiting = joinWaiting(isLeft ? inHistory : [...inHistory, outbox]);
  return [
    decideWaitingAlerts(waiting, { scanEveryMinutes, now }, place),
    ...(isLeft ? [decideLeftAlerts(outbox, requireTable(), place)] : []),
  ];
}

const functionReads = ['lambda:GetFunctionConfiguration', 'lambda:GetFunctionConcurrency'];

function checkFunctions(monitor: Monitor): Promise<Row[]> {
  const { place, signal } = monitor;
  return checkEach(monitor, 'function', functionReads, listFunctions(monitor.listParts), sameName, async (name) => {
    const facts = await readFunction(name, place, signal);
    const concurrency = facts === null ? null : await readConcurrency(name, place, signal);
    return [decideFunction(name, facts, concurrency, place)];
  });
}

const metricReads = ['cloudwatch:GetMetricData'];

function checkFunctionErrors(monitor: Monitor): Promise<Row[]> {
  const names = listFunctions(monitor.listParts);
  return checkEach(monitor, 'function-errors', metricReads, names, sameName, async (name, index) => {
    const sums = await monitor.loadDaySums();
    const count = (metric: string) => sums.get(metricId(metric, index)) ?? 0;
    const counts = { invocations: count('Invocations'), errors: count('Errors'), throttles: count('Throttles') };
    return [decideFunctionErrors(name, counts, monitor.place)];
  });
}

const subscriptionReads = ['sns:ListSubscriptionsByTopic', 'sns:GetSubscriptionAttributes'];

function checkTopics(monitor: Monitor): Promise<Row[]> {
  const { place, output, resources, signal } = monitor;
  const people = [output('alertTopicArn'), output('healthTopicArn')];
  const channels = parseChannels(output('channels') ?? undefined);
  return checkEach(
    monitor,
    'topic',
    ['sns:ListSubscriptionsByTopic'],
    listTopics(monitor.listParts),
    topicName,
    async (arn) => {
      const subscriptions = await readSubscriptions(arn, place, signal);
      const isForPeople = people.includes(null) ? 'unknown' : people.includes(arn);
      const isOfStack = 'error' in resources || resources.value.some(({ physicalId }) => physicalId === arn);
      const emails = listEmails(monitor);
      const check = { arn, subscriptions, gone: [], listeners: 0, isForPeople, isOfStack, emails } as const;
      if (subscriptions === null) return decideTopic(check, place);
      const listeners = isForPeople === true ? await countListeners(subscriptions, channels, place, signal) : 0;
      // A separate request finds the missing subscriptions of the stack. If this request fails, the other rows are still shown.
      const gone: string[] = [];
      const unread = await guard(
        { check: 'subscription', resource: topicName(arn) },
        subscriptionReads,
        monitor,
        async () => {
          gone.push(...(await listGone(arn, monitor)));
          return [];
        },
      );
      return [...decideTopic({ ...check, listeners, gone }, place), ...unread];
    },
  );
}

async function listGone(topicArn: string, { listSubscriptions, place, signal }: Monitor): Promise<string[]> {
  const own = listSubscriptions().filter(({ physicalId }) => physicalId.startsWith(`${topicArn}:`));
  const exist = await Promise.all(own.map(({ physicalId }) => hasSubscription(physicalId, place, signal)));
  return own.filter((_, index) => exist[index] === false).map(({ logicalId }) => logicalId);
}

/** Returns an empty list if the configuration is invalid. The row of the settings reports the invalid configuration. */
function listEmails({ readClone }: Monitor): readonly string[] {
  try {
    return readClone().emails;
  } catch (error) {
    if (error instanceof ConfigurationError) return [];
    throw error;
  }
}

function checkDeliveries(monitor: Monitor): Promise<Row[]> {
  return checkEach(monitor, 'deliveries', metricReads, listTopics(monitor.listParts), topicName, async (arn, index) => {
    const sums = await monitor.loadDaySums();
    const count = (metric: string) => sums.get(metricId(metric, index)) ?? 0;
    const failed = count('NumberOfNotificationsFailed');
    return [decideDeliveries(arn, failed, count('NumberOfNotificationsDelivered'), monitor.place)];
  });
}

const queueReads = ['sqs:GetQueueAttributes'];

function checkQueues(monitor: Monitor): Promise<Row[]> {
  const { listParts, place, signal } = monitor;
  return checkEach(monitor, 'queue', queueReads, listParts('AWS::SQS::Queue'), lastPart, async (url) => [
    decideQueue(url, await readQueue(url, place, signal), place),
  ]);
}

async function checkAlarms(monitor: Monitor): Promise<Row[]> {
  const { listParts, place, signal, now } = monitor;
  const names = [...listParts('AWS::CloudWatch::Alarm'), ...listParts('AWS::CloudWatch::CompositeAlarm')];
  if (names.length === 0) return [lacksPart('alarm', 'alarm', monitor)];
  const alarms = await readAlarms(names, place, signal);
  const topics = listTopics(listParts);
  return names.map((name) => decideAlarm(name, alarms.get(name) ?? null, topics, now, place));
}

function checkTableProtection({ requireTable, place, signal }: Monitor) {
  const describeTable = callOnce(() => readTable(requireTable(), place, signal));
  const check = <T>(
    title: string,
    name: Check,
    permission: string,
    read: (table: string, config: typeof place, signal: AbortSignal) => Promise<T>,
    decide: (table: string, facts: T, place: CommandPlace) => Row,
  ) => ({
    title,
    check: name,
    permission: `dynamodb:${permission}`,
    read: async () => [decide(requireTable(), await read(requireTable(), place, signal), place)],
  });
  return [
    check('the table', 'table', 'DescribeTable', describeTable, decideTable),
    check('the deletion protection', 'deletion-protection', 'DescribeTable', describeTable, decideDeletionProtection),
    check('the recovery', 'point-in-time-recovery', 'DescribeContinuousBackups', readRecovery, decideRecovery),
    check('the time to live', 'time-to-live', 'DescribeTimeToLive', readTimeToLive, decideTimeToLive),
  ];
}
