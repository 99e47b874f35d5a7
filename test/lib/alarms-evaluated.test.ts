/**
 * The alarms of the template, evaluated over the metrics that the scan function writes. A deployed monitor scans at its interval for
 * ten hours; only the clock is simulated. API calls are not looked up: no alarm depends on them. Then each alarm is evaluated once
 * a minute.
 */

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { environmentKeys } from '../../lambda/contract/deployed-names.ts';
import { httpFromAnywhere, sshFromAnywhere, sshFromOffice } from '../scan/samples.ts';
import { DeployedMonitor, region } from '../support/deployed-monitor.ts';
import { depth } from '../support/depth.ts';
import { alarmsEvery } from './alarms.ts';
import { type AlarmRule, type AlarmState, evaluateAlarm, type Sample } from './evaluate-alarm.ts';
import { synthesise } from './synthesise.ts';

interface Alarm extends AlarmRule {
  AlarmName: string;
  Namespace: string;
  MetricName: string;
  Dimensions: { Name: string; Value: unknown }[];
}

const scanEveryMinutes = depth({ quick: 10, full: 5 });
const { template } = synthesise({ slackWebhookParameter: '/w', attribution: false, scanEveryMinutes });
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

/** The values in CloudWatch of a metric with exactly these dimensions. */
function samplesOf({ Namespace, MetricName, Dimensions }: Alarm): Sample[] {
  const names = Dimensions.map(({ Name }) => Name).sort();
  return lines.flatMap(({ at, fields }) => {
    const written = fields._aws.CloudWatchMetrics.some(
      (directive) =>
        directive.Namespace === Namespace &&
        directive.Metrics.some(({ Name }) => Name === MetricName) &&
        directive.Dimensions.some((set) => JSON.stringify([...set].sort()) === JSON.stringify(names)),
    );
    const isOfThese = Dimensions.every(({ Name, Value }) => fields[Name] === Value);
    return written && isOfThese ? [{ at: at / 1000, value: Number(fields[MetricName]) }] : [];
  });
}

/** `12:00 ALARM` for each change of the state of a new alarm. */
function listStates(alarm: Alarm, samples: readonly Sample[]): string[] {
  const changes: string[] = [];
  let state: AlarmState = 'INSUFFICIENT_DATA';
  for (let now = midnight; now <= midnight + 11 * hour; now += minute) {
    // CloudWatch already has the values that were written until now.
    const known = samples.filter(({ at }) => at * 1000 <= now);
    const next = evaluateAlarm(alarm, known, now / 1000, state);
    if (next !== state) changes.push(`${new Date(now).toISOString().slice(11, 16)} ${next}`);
    state = next;
  }
  return changes;
}

describe('the alarms, over what the scan function writes in ten hours', () => {
  let monitor: DeployedMonitor;

  beforeAll(async () => {
    const [, scan] =
      Object.entries(template.findResources('AWS::Lambda::Function')).find(([id]) => id.startsWith('MonitorScan')) ??
      [];
    const settings = scan?.['Properties'].Environment.Variables[environmentKeys.settings];
    monitor = await DeployedMonitor.start(settings, [region, 'us-east-1']);
    for (const name of ['web-1', 'web-2'])
      monitor.emulators.lightsail.addInstance({ region, name, portStates: [httpFromAnywhere, sshFromOffice] });
    await runScans();
  });

  afterAll(async () => {
    jest.useRealTimers();
    await monitor.close();
  });

  async function runScans(): Promise<void> {
    jest.useFakeTimers({ now: midnight, doNotFake: [...realTimers] });
    const { lightsail, sns } = monitor.emulators;
    const deny = (what: { operation: string; region?: string; instanceName?: string }) =>
      lightsail.addFault({ kind: 'error', name: 'AccessDeniedException', ...what });
    await scanUntil(1);
    deny({ operation: 'GetInstances', region: 'us-east-1' });
    await scanUntil(1.5);
    lightsail.clearFaults();
    await scanUntil(2);
    deny({ operation: 'GetInstancePortStates', instanceName: 'web-2' });
    await scanUntil(3);
    sns.addFault({ kind: 'error', operation: 'Publish', name: 'AuthorizationError', status: 403 });
    lightsail.setPortStates({ region, name: 'web-1', portStates: [httpFromAnywhere, sshFromAnywhere] });
    await scanUntil(4, { ages: true });
    sns.clearFaults();
    await scanUntil(9);
    lightsail.clearFaults();
    await scanUntil(10);
    // The schedule is deleted at 10:00: no scans after that.
  }

  let nextAt = midnight + 2_000;

  /**
   * Until something is changed, each scan writes the same values, except for the age of alerts that are not sent (`ages`). So the quick run
   * scans three times, and then repeats the lines of the third scan.
   */
  async function scanUntil(hours: number, { ages = false } = {}): Promise<void> {
    const most = ages ? Number.POSITIVE_INFINITY : depth({ quick: 3, full: Number.POSITIVE_INFINITY });
    let last: EmfLine[] = [];
    for (let scans = 1; nextAt < midnight + hours * hour; scans += 1, nextAt += scanEveryMinutes * minute) {
      last = scans <= most ? await scanAt(nextAt) : last.map(({ fields }) => moveTo(nextAt, fields));
      lines.push(...last);
    }
  }

  async function scanAt(time: number): Promise<EmfLine[]> {
    jest.setSystemTime(time);
    await monitor.scan();
    return monitor.metricLines().map(({ at, line }) => ({ at, fields: JSON.parse(line) }));
  }

  const moveTo = (at: number, fields: EmfLine['fields']): EmfLine => ({
    at,
    fields: { ...fields, _aws: { ...fields._aws, Timestamp: at } },
  });

  test('P5: "no complete scan" starts after three intervals without one, and when no scan runs at all', () => {
    const alarm = alarmOf('no complete scan');
    expect(listStates(alarm, samplesOf(alarm))).toEqual([
      '00:00 ALARM', // no scan yet
      depth({ quick: '00:10 OK', full: '00:05 OK' }),
      depth({ quick: '01:30 ALARM', full: '01:15 ALARM' }), // a region can't be listed from 01:00 on
      depth({ quick: '01:40 OK', full: '01:35 OK' }), // it can be listed since 01:30
      // Three intervals, and two more that CloudWatch waits without data.
      depth({ quick: '10:50 ALARM', full: '10:25 ALARM' }),
    ]);
  });

  test('P5: "alerts wait untold" starts half an hour after a change that SNS did not accept, and keeps its state without data', () => {
    const alarm = alarmOf('alerts wait untold');
    expect(listStates(alarm, samplesOf(alarm))).toEqual([
      depth({ quick: '00:10 OK', full: '00:05 OK' }),
      depth({ quick: '03:40 ALARM', full: '03:35 ALARM' }), // changed at 03:00
      depth({ quick: '04:10 OK', full: '04:05 OK' }), // sent at 04:00
    ]);
  });

  test('P5: "gaps stay open" starts after six hours, not after half an hour, and keeps its state without data', () => {
    const alarm = alarmOf('gaps stay open');
    expect(listStates(alarm, samplesOf(alarm))).toEqual([
      '01:00 OK',
      '08:00 ALARM', // web-2 can't be read from 02:00 on
      '10:00 OK', // it can be read since 09:00
    ]);
  });

  test('P5: a monitor that stops during a failure does not end its own alarms', () => {
    const stopped = (name: string, at: number) => {
      const alarm = alarmOf(name);
      return listStates(
        alarm,
        samplesOf(alarm).filter((sample) => sample.at * 1000 < midnight + at * hour),
      ).at(-1);
    };
    expect(stopped('alerts wait untold', 3.8)).toBe(depth({ quick: '03:40 ALARM', full: '03:35 ALARM' }));
    expect(stopped('gaps stay open', 8.5)).toBe('08:00 ALARM');
    expect(stopped('no complete scan', 1.4)).toBe(depth({ quick: '01:30 ALARM', full: '01:15 ALARM' }));
  });

  test('P5, P10: each metric of Portwatch with an alarm is written, and each written metric has an alarm', () => {
    const own = alarms.filter(({ Namespace }) => Namespace === 'Portwatch');
    for (const alarm of own) expect(samplesOf(alarm)).toHaveLength((10 * 60) / scanEveryMinutes);
    const written = new Set(
      lines.flatMap(({ fields }) =>
        fields._aws.CloudWatchMetrics.flatMap(({ Metrics }) => Metrics.map(({ Name }) => Name)),
      ),
    );
    expect([...written].sort()).toEqual(own.map(({ MetricName }) => MetricName).sort());
    const dimensions = lines.flatMap(({ fields }) => fields._aws.CloudWatchMetrics.map((each) => each.Dimensions));
    expect(new Set(dimensions.map((each) => JSON.stringify(each)))).toEqual(new Set(['[["service"]]']));
    // Each line contains the instant of its scan, which is the time of the value in CloudWatch.
    expect(lines.every(({ at, fields }) => fields._aws.Timestamp === at)).toBe(true);
  });
});

/** Only the clock is simulated: connections and their time limits are real. */
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
  /** Metric, statistic and dimension as the services document them. The value of the dimension is the resource itself. */
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
    // `Ref` of a function is its name; `Ref` of a queue is its URL, so the name of a queue is an attribute.
    expect(attribute).toBe(type === 'AWS::SQS::Queue' ? 'QueueName' : null);
  });

  const at = (hours: number, value: number): Sample => ({ at: (midnight + hours * hour) / 1000, value });
  const everyFiveMinutes = (from: number, until: number, value: number): Sample[] =>
    Array.from({ length: Math.round((until - from) * 12) }, (_, index) => at(from + index / 12, value));

  test.each([
    ['scan fails', []],
    ['scan is throttled', ['00:00 OK']],
    ['event path fails', ['00:00 OK']],
    ['event topic fails', ['00:00 OK']],
    ['Slack delivery fails', ['00:00 OK']],
  ])('P5: "%s" starts at the first error, ends by itself, and without data: %j', (name, withoutData) => {
    const alarm = alarmOf(name);
    expect(listStates(alarm, [])).toEqual(withoutData);
    expect(listStates(alarm, everyFiveMinutes(0, 11, 0)).length).toBe(1);
    const failing = [...everyFiveMinutes(0, 8, 0), at(8, 1), ...everyFiveMinutes(8 + 1 / 12, 9, 0)];
    expect(listStates(alarm, failing).slice(1)).toEqual(['08:05 ALARM', '08:10 OK']);
  });

  test('P5: "dead letters" is on from the first message until the queue is empty', () => {
    const alarm = alarmOf('dead letters');
    // SQS writes no metric for a queue that was empty and unused for six hours.
    expect(listStates(alarm, [])).toEqual([]);
    const letters = [...everyFiveMinutes(5, 7, 1), ...everyFiveMinutes(7, 11, 0)];
    expect(listStates(alarm, letters)).toEqual(['05:05 ALARM', '07:05 OK']);
  });

  const delivery = ['alerts', 'health alarms', 'alerts for programs'].map((what) => `${what} are not delivered`);

  test.each(delivery)(
    'P5: "%s" starts at the first failure, and stays on for some hours, in which it sends nothing',
    (name) => {
      const alarm = alarmOf(name);
      expect(listStates(alarm, [])).toEqual(['00:00 OK']);
      expect(listStates(alarm, [at(2.5, 1), at(2.6, 2)])).toEqual(['00:00 OK', '03:00 ALARM', '06:00 OK']);
    },
  );

  test('every alarm is tested here', () => {
    const here = ['no complete scan', 'alerts wait untold', 'gaps stay open', 'dead letters', ...delivery];
    const ofFunctions = [
      ...['scan fails', 'scan is throttled', 'event path fails', 'event topic fails'],
      'Slack delivery fails',
    ];
    expect(alarms.map(({ AlarmName }) => AlarmName).sort()).toEqual(
      [...here, ...ofFunctions].map((name) => `Portwatch ${name}`).sort(),
    );
  });
});

describe('for every interval of scans', () => {
  const everyInterval = Array.from({ length: 1440 }, (_, index) => index + 1).filter(
    (every) => every % depth({ quick: 37, full: 1 }) === 0 || every <= 12 || every > 1435,
  );
  const secondsAt = (minutes: number) => midnight / 1000 + minutes * 60;

  test('P5: "scan fails" stays on while every scan fails, and ends with the first scan that does not', () => {
    const alarm = alarmOf('scan fails');
    for (const every of everyInterval) {
      const failing = [1, 1, 1].map((value, index) => ({ at: secondsAt(index * every), value }));
      const samples = [...failing, { at: secondsAt(3 * every), value: 0 }, { at: secondsAt(3 * every + 5), value: 0 }];
      let state: AlarmState = 'INSUFFICIENT_DATA';
      for (let now = 5; now <= 3 * every; now += 5) {
        state = evaluateAlarm(alarm, samples, secondsAt(now), state);
        if (state !== 'ALARM') throw new Error(`Every ${every} minutes, after ${now} minutes: ${state}`);
      }
      expect(evaluateAlarm(alarm, samples, secondsAt(3 * every + 10), state)).toBe('OK');
    }
  });

  test.each(depth({ quick: [1, 59, 61, 1440], full: [1, 5, 14, 59, 60, 61, 90, 720, 800, 801, 1439, 1440] }))(
    'P5: with scans every %s minutes, "no complete scan" is off while they run, and starts within two days after the last',
    (every) => {
      const alarm = alarmsEvery(every)['Portwatch no complete scan'] as unknown as Alarm;
      const last = 8 * every;
      const samples: Sample[] = [];
      for (let each = 0; each <= last; each += every) samples.push({ at: secondsAt(each) + 2, value: 1 });
      const stateAt = (now: number) =>
        evaluateAlarm(
          alarm,
          samples.filter(({ at }) => at <= secondsAt(now)),
          secondsAt(now),
          'OK',
        );
      for (let now = 5 * every; now < last; now += Math.min(every, 60)) expect(stateAt(now)).toBe('OK');
      expect(stateAt(last + every)).toBe('OK');
      expect(stateAt(last + Math.min(6 * every + 120, 2880))).toBe('ALARM');
    },
  );
});
