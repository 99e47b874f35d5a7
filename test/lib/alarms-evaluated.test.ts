/**
 * The alarms of the template over what the scan function really writes. Fifteen hours of a monitor's life are played, a scan every five
 * minutes; the clock is the only thing that is not real, and no calls are looked up, which no alarm is about. Then each alarm is evaluated
 * once a minute.
 */

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { environmentKeys } from '../../lambda/contract/names.ts';
import { httpFromAnywhere, sshFromAnywhere, sshFromOffice } from '../scan/samples.ts';
import { DeployedMonitor, region } from '../support/deployed-monitor.ts';
import { type AlarmRule, type AlarmState, evaluateAlarm, type Sample } from './evaluate-alarm.ts';
import { synthesise } from './synthesise.ts';

interface Alarm extends AlarmRule {
  AlarmName: string;
  Namespace: string;
  MetricName: string;
  Dimensions: { Name: string; Value: unknown }[];
}

const { template } = synthesise({ slackWebhookParameter: '/w', attribution: false });
const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(
  ({ Properties }) => Properties as Alarm,
);

function alarmOf(name: string): Alarm {
  const alarm = alarms.find(({ AlarmName }) => AlarmName === `Portwatch ${name}`);
  if (alarm === undefined) throw new Error(`There is no alarm ${name}: ${alarms.map((each) => each.AlarmName)}`);
  return alarm;
}

const midnight = Date.parse('2026-11-23T00:00:00.000Z');
const hour = 3_600_000;
const minute = 60_000;

/** A line of the log that CloudWatch takes metrics from. */
interface EmfLine {
  at: number;
  fields: Record<string, unknown> & {
    _aws: {
      Timestamp: number;
      CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string; Unit: string }[] }[];
    };
  };
}

const lines: EmfLine[] = [];

/** What CloudWatch has of a metric with exactly these dimensions. */
function samplesOf({ Namespace, MetricName, Dimensions }: Alarm): Sample[] {
  const names = Dimensions.map(({ Name }) => Name).sort();
  return lines.flatMap(({ at, fields }) => {
    const isWritten = fields._aws.CloudWatchMetrics.some(
      (directive) =>
        directive.Namespace === Namespace &&
        directive.Metrics.some(({ Name }) => Name === MetricName) &&
        directive.Dimensions.some((set) => JSON.stringify([...set].sort()) === JSON.stringify(names)),
    );
    const isOfThese = Dimensions.every(({ Name, Value }) => fields[Name] === Value);
    return isWritten && isOfThese ? [{ at: at / 1000, value: Number(fields[MetricName]) }] : [];
  });
}

/** `12:00 ALARM` for each time the state changed, from a new alarm on. */
function playAlarm(alarm: Alarm, samples: readonly Sample[]): string[] {
  const said: string[] = [];
  let state: AlarmState = 'INSUFFICIENT_DATA';
  for (let now = midnight; now <= midnight + 15 * hour; now += minute) {
    // CloudWatch knows what was written until now.
    const known = samples.filter(({ at }) => at * 1000 <= now);
    const next = evaluateAlarm(alarm, known, now / 1000, state);
    if (next !== state) said.push(`${new Date(now).toISOString().slice(11, 16)} ${next}`);
    state = next;
  }
  return said;
}

describe('the alarms, over what the scan function writes in fifteen hours', () => {
  let monitor: DeployedMonitor;

  beforeAll(async () => {
    const [, scan] =
      Object.entries(template.findResources('AWS::Lambda::Function')).find(([id]) => id.startsWith('MonitorScan')) ??
      [];
    monitor = await DeployedMonitor.start(scan?.['Properties'].Environment.Variables[environmentKeys.settings]);
    for (const name of ['web-1', 'web-2'])
      monitor.emulators.lightsail.addInstance({ region, name, portStates: [httpFromAnywhere, sshFromOffice] });
    await play();
  });

  afterAll(async () => {
    jest.useRealTimers();
    await monitor.close();
  });

  async function play(): Promise<void> {
    jest.useFakeTimers({ now: midnight, doNotFake: [...realTimers] });
    const { lightsail, sns } = monitor.emulators;
    await scanUntil(2);
    sns.addFault({ kind: 'error', operation: 'Publish', name: 'AuthorizationError', status: 403 });
    lightsail.setPortStates({ region, name: 'web-1', portStates: [httpFromAnywhere, sshFromAnywhere] });
    await scanUntil(3);
    sns.clearFaults();
    await scanUntil(4);
    lightsail.addFault({
      kind: 'error',
      operation: 'GetInstances',
      region: 'us-east-1',
      name: 'AccessDeniedException',
    });
    await scanUntil(4.5);
    lightsail.clearFaults();
    await scanUntil(6);
    lightsail.addFault({
      kind: 'error',
      operation: 'GetInstancePortStates',
      instanceName: 'web-2',
      name: 'AccessDeniedException',
    });
    await scanUntil(13);
    lightsail.clearFaults();
    await scanUntil(14);
    // From 14:00 on nothing scans: the schedule is gone.
  }

  let nextAt = midnight + 2_000;

  async function scanUntil(hours: number): Promise<void> {
    for (; nextAt < midnight + hours * hour; nextAt += 5 * minute) {
      jest.setSystemTime(nextAt);
      await monitor.scan();
      lines.push(...monitor.metricLines().map(({ at, line }) => ({ at, fields: JSON.parse(line) })));
    }
  }

  test('P5: "no complete scan" goes off after three intervals without one, and when no scan runs at all', () => {
    const alarm = alarmOf('no complete scan');
    expect(playAlarm(alarm, samplesOf(alarm))).toEqual([
      '00:00 ALARM', // no scan yet
      '00:05 OK',
      '04:15 ALARM', // a region can't be listed from 04:00 on
      '04:35 OK', // it can since 04:30
      '14:25 ALARM', // three intervals, and two more that CloudWatch waits where there is no data
    ]);
  });

  test('P5: "alerts wait untold" goes off half an hour after the change that SNS did not take, and stays as it is without data', () => {
    const alarm = alarmOf('alerts wait untold');
    expect(playAlarm(alarm, samplesOf(alarm))).toEqual([
      '00:05 OK',
      '02:35 ALARM', // seen at 02:00
      '03:05 OK', // told at 03:00
    ]);
  });

  test('P5: "gaps stay open" goes off after six hours, not for half an hour, and stays as it is without data', () => {
    const alarm = alarmOf('gaps stay open');
    expect(playAlarm(alarm, samplesOf(alarm))).toEqual([
      '01:00 OK',
      '12:00 ALARM', // web-2 can't be read from 06:00 on
      '14:00 OK', // it can since 13:00
    ]);
  });

  test('P5: a monitor that stops while something is wrong does not say that all is well', () => {
    const stopped = (name: string, at: number) => {
      const alarm = alarmOf(name);
      return playAlarm(
        alarm,
        samplesOf(alarm).filter((sample) => sample.at * 1000 < midnight + at * hour),
      ).at(-1);
    };
    expect(stopped('alerts wait untold', 2.8)).toBe('02:35 ALARM');
    expect(stopped('gaps stay open', 12.5)).toBe('12:00 ALARM');
    expect(stopped('no complete scan', 4.4)).toBe('04:15 ALARM');
  });

  test('P5, P10: each metric of its own that an alarm watches is written, and each that is written is watched', () => {
    const own = alarms.filter(({ Namespace }) => Namespace === 'Portwatch');
    for (const alarm of own) expect(samplesOf(alarm)).toHaveLength(14 * 12);
    const written = new Set(
      lines.flatMap(({ fields }) =>
        fields._aws.CloudWatchMetrics.flatMap(({ Metrics }) => Metrics.map(({ Name }) => Name)),
      ),
    );
    expect([...written].sort()).toEqual(own.map(({ MetricName }) => MetricName).sort());
    const dimensions = lines.flatMap(({ fields }) => fields._aws.CloudWatchMetrics.map((each) => each.Dimensions));
    expect(new Set(dimensions.map((each) => JSON.stringify(each)))).toEqual(new Set(['[["service"]]']));
    // Each line carries the instant of its scan: CloudWatch files the value under it.
    expect(lines.every(({ at, fields }) => fields._aws.Timestamp === at)).toBe(true);
  });
});

/** The clock alone is not real: connections and their time limits are. */
const realTimers = [
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'requestAnimationFrame',
  'cancelAnimationFrame',
  'requestIdleCallback',
  'cancelIdleCallback',
  'setImmediate',
  'clearImmediate',
  'setInterval',
  'clearInterval',
  'setTimeout',
  'clearTimeout',
] as const;

describe('the alarms on what AWS writes', () => {
  /** Metric, statistic and dimension as the services document them; the dimension's value is the resource itself. */
  test.each([
    ['scan fails', 'AWS/Lambda', 'Errors', 'Sum', 'FunctionName', 'AWS::Lambda::Function', 'MonitorScan'],
    ['scan is throttled', 'AWS/Lambda', 'Throttles', 'Sum', 'FunctionName', 'AWS::Lambda::Function', 'MonitorScan'],
    ['event path fails', 'AWS/Lambda', 'Errors', 'Sum', 'FunctionName', 'AWS::Lambda::Function', 'MonitorEventsLook'],
    ['Slack delivery fails', 'AWS/Lambda', 'Errors', 'Sum', 'FunctionName', 'AWS::Lambda::Function', 'SlackWebhook'],
    [
      'dead letters',
      'AWS/SQS',
      'ApproximateNumberOfMessagesVisible',
      'Maximum',
      'QueueName',
      'AWS::SQS::Queue',
      'MonitorDeadLetterQueue',
    ],
  ])('P5: "%s" watches %s %s of what the stack deploys', (name, namespace, metric, statistic, dimension, type, id) => {
    const alarm = alarmOf(name);
    expect(alarm).toMatchObject({ Namespace: namespace, MetricName: metric, Statistic: statistic });
    const [{ Name, Value } = { Name: '', Value: null }, ...more] = alarm.Dimensions;
    expect([Name, more]).toEqual([dimension, []]);
    const reference = Value as { Ref?: string; 'Fn::GetAtt'?: [string, string] };
    const [resource, attribute] = reference['Fn::GetAtt'] ?? [reference.Ref ?? '', null];
    expect(resource.startsWith(id)).toBe(true);
    expect(Object.keys(template.findResources(type))).toContain(resource);
    // `Ref` is a function's name; a queue's is its URL, so that its name has to be asked for.
    expect(attribute).toBe(type === 'AWS::SQS::Queue' ? 'QueueName' : null);
  });

  const at = (hours: number, value: number): Sample => ({ at: (midnight + hours * hour) / 1000, value });
  const everyFiveMinutes = (from: number, until: number, value: number): Sample[] =>
    Array.from({ length: Math.round((until - from) * 12) }, (_, index) => at(from + index / 12, value));

  test.each(['scan fails', 'scan is throttled', 'event path fails', 'Slack delivery fails'])(
    'P5: "%s" goes off at the first, clears by itself, and takes no data for no news',
    (name) => {
      const alarm = alarmOf(name);
      expect(playAlarm(alarm, [])).toEqual(['00:00 OK']);
      expect(playAlarm(alarm, everyFiveMinutes(0, 15, 0))).toEqual(['00:00 OK']);
      const ill = [...everyFiveMinutes(0, 8, 0), at(8, 1), ...everyFiveMinutes(8 + 1 / 12, 9, 0)];
      expect(playAlarm(alarm, ill)).toEqual(['00:00 OK', '08:05 ALARM', '08:10 OK']);
    },
  );

  test('P5: "dead letters" is on from the first letter until the queue is empty', () => {
    const alarm = alarmOf('dead letters');
    // SQS writes nothing of a queue that was empty and unused for six hours.
    expect(playAlarm(alarm, [])).toEqual(['00:00 OK']);
    const letters = [...everyFiveMinutes(8, 10, 1), ...everyFiveMinutes(10, 14, 0)];
    expect(playAlarm(alarm, letters)).toEqual(['00:00 OK', '08:05 ALARM', '10:05 OK']);
  });

  test('every alarm is looked at here', () => {
    const here = ['no complete scan', 'alerts wait untold', 'gaps stay open', 'dead letters'];
    const ofFunctions = ['scan fails', 'scan is throttled', 'event path fails', 'Slack delivery fails'];
    expect(alarms.map(({ AlarmName }) => AlarmName).sort()).toEqual(
      [...here, ...ofFunctions].map((name) => `Portwatch ${name}`).sort(),
    );
  });
});
