import { CloudWatchClient, GetMetricDataCommand, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { expectList } from '../../../lambda/adapters/expect-list.ts';
import { withClient } from '../with-client.ts';
import { type ReaderConfig, readerSettings } from './reader-config.ts';

export interface AlarmFacts {
  state: string;
  /** Why the alarm has its state: text from CloudWatch. */
  reason: string;
  /** Instant of the last change of the state; `null`: CloudWatch did not return it. */
  since: string | null;
  areActionsOn: boolean;
  /** ARNs of the topics to which the alarm publishes. */
  actions: string[];
  description: string;
}

/** The limit of CloudWatch for one request. */
const namesPerRequest = 100;

/** Returns the alarms by name, and leaves out those that do not exist. */
export function readAlarms(
  names: readonly string[],
  config: ReaderConfig,
  signal: AbortSignal,
): Promise<Map<string, AlarmFacts>> {
  return withClient(new CloudWatchClient(readerSettings(config)), async (client) => {
    const found = new Map<string, AlarmFacts>();
    for (let start = 0; start < names.length; start += namesPerRequest) {
      const AlarmNames = names.slice(start, start + namesPerRequest);
      const pages = paginateDescribeAlarms(
        { client },
        { AlarmNames, AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] },
        { abortSignal: signal },
      );
      for await (const { MetricAlarms = [], CompositeAlarms = [] } of pages)
        for (const alarm of [...MetricAlarms, ...CompositeAlarms])
          found.set(alarm.AlarmName ?? '', {
            state: alarm.StateValue ?? '',
            reason: alarm.StateReason ?? '',
            since: alarm.StateUpdatedTimestamp?.toISOString() ?? null,
            areActionsOn: alarm.ActionsEnabled === true,
            actions: alarm.AlarmActions ?? [],
            description: alarm.AlarmDescription ?? '',
          });
    }
    return found;
  });
}

export interface MetricQuery {
  /** Must begin with a lower-case letter, and be unique in one call. */
  id: string;
  namespace: string;
  name: string;
  dimension: { Name: string; Value: string };
}

const daySeconds = 86_400;

/** The limit of CloudWatch for one request. */
const queriesPerRequest = 500;

/** The sum of each metric over the 24 hours before `now`, by id; 0 without data. `now`: ms since the epoch. */
export function readDaySums(
  queries: readonly MetricQuery[],
  now: number,
  config: ReaderConfig,
  signal: AbortSignal,
): Promise<Map<string, number>> {
  return withClient(new CloudWatchClient(readerSettings(config)), async (client) => {
    // CloudWatch answers faster for whole minutes, and the last minute is then complete.
    const end = Math.floor(now / 60_000) * 60_000;
    const sums = new Map(queries.map(({ id }) => [id, 0]));
    for (let start = 0; start < queries.length; start += queriesPerRequest) {
      let token: string | undefined;
      do {
        const command: GetMetricDataCommand = new GetMetricDataCommand({
          StartTime: new Date(end - daySeconds * 1000),
          EndTime: new Date(end),
          // The period is an hour, because CloudWatch starts a period of a day at midnight UTC, and the 24 hours start at another time.
          MetricDataQueries: queries
            .slice(start, start + queriesPerRequest)
            .map(({ id, namespace, name, dimension }) => ({
              Id: id,
              MetricStat: {
                Metric: { Namespace: namespace, MetricName: name, Dimensions: [dimension] },
                Period: 3600,
                Stat: 'Sum',
              },
            })),
          ...(token !== undefined && { NextToken: token }),
        });
        const answer = await client.send(command, { abortSignal: signal });
        for (const { Id = '', Values = [], StatusCode } of expectList(
          answer.MetricDataResults,
          'MetricDataResults',
          'GetMetricData',
        )) {
          if (StatusCode === 'Forbidden' || StatusCode === 'InternalError')
            throw new Error(`CloudWatch answered ${StatusCode} for the metric ${Id}`);
          sums.set(Id, (sums.get(Id) ?? 0) + Values.reduce((sum, value) => sum + value, 0));
        }
        token = answer.NextToken;
      } while (token !== undefined);
    }
    return sums;
  });
}
