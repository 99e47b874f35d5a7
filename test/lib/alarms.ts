/** The alarms of a monitor, by their names. */
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { cacheByKey } from '../../cli/questions/cache-by-key.ts';
import { applyAccountSettings } from '../../lib/apply-account-settings.ts';
import { HealthAlarms } from '../../lib/health-alarms.ts';
import { parseConfig } from '../../lib/parse-config.ts';
import { depth } from '../support/depth.ts';
import { newApp } from './new-app.ts';
import { synthesise } from './synthesise.ts';

type Alarms = Record<string, Record<string, unknown>>;

export const alarmsOf = (configuration: Record<string, unknown> = {}): Alarms =>
  listAlarms(synthesise(configuration).template);

const synthesiseAlarms = cacheByKey((scanEveryMinutes: number): Alarms => {
  const stack = new Stack(newApp(), 'Alone');
  applyAccountSettings(stack, parseConfig({ file: null, commandLine: {} }), {});
  new HealthAlarms(stack, 'Health', {
    monitor: 'Portwatch',
    metricService: 'scan',
    name: null,
    alertTopic: new Topic(stack, 'AlertTopic'),
    healthTopic: new Topic(stack, 'HealthTopic'),
    scan: LambdaFunction.fromFunctionName(stack, 'Scan', 'Scan'),
    scanEveryMinutes,
    deadLetterQueue: new Queue(stack, 'DeadLetterQueue'),
  });
  return listAlarms(Template.fromStack(stack));
});

/**
 * The alarms of a monitor that scans at this interval. A whole stack takes ten times as long as its alarms, so only the full run
 * synthesises a stack for each interval. `alarms-evaluated.test.ts` holds in both that a stack has the alarms of its own interval.
 */
export const alarmsEvery = depth({
  quick: synthesiseAlarms,
  full: (scanEveryMinutes: number) => alarmsOf({ scanEveryMinutes }),
});

const listAlarms = (template: Template): Alarms =>
  Object.fromEntries(
    Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => [
      Properties['AlarmName'],
      Properties,
    ]),
  );
