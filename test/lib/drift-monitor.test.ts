import { inspect } from 'node:util';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { CfnOutput, Stack, Token } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import type { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { stackOutputs } from '../../lambda/contract/deployed-names.ts';
import { DriftMonitor, type DriftMonitorProps } from '../../lib/drift-monitor.ts';
import { parseConfig } from '../../lib/parse-config.ts';
import { PortwatchStack } from '../../lib/portwatch-stack.ts';
import { listEarlierResources } from './creation-order.ts';
import { newApp } from './new-app.ts';
import { findOne, type Resource, synthesise } from './synthesise.ts';

function monitorIn(props?: DriftMonitorProps, build?: (stack: Stack, monitor: DriftMonitor) => void): Template {
  const stack = new Stack(newApp(), 'Own');
  const monitor = new DriftMonitor(stack, 'Monitor', props);
  build?.(stack, monitor);
  return Template.fromStack(stack);
}

describe('DriftMonitor in a stack of its own', () => {
  test('subscribes people, and creates what portwatch.json creates', () => {
    let protectedStack = false;
    const template = monitorIn(
      {
        email: 'you@example.com',
        slack: { workspaceId: 'T0123456789', channelId: 'C0123456789' },
        slackWebhookParameter: '/portwatch/slack-webhook',
        existingTable: 'old-table',
        tags: { team: 'web' },
        terminationProtection: true,
      },
      (stack, monitor) => {
        protectedStack = stack.terminationProtection;
        new CfnOutput(stack, 'Table', { value: monitor.table.tableName });
        new CfnOutput(stack, 'Topic', { value: monitor.amazonQTopic?.topicArn ?? 'none' });
      },
    );
    expect(protectedStack).toBe(true);
    template.hasOutput('Table', { Value: 'old-table' });
    template.hasOutput('Topic', { Value: { Ref: findOne(template, 'AWS::SNS::Topic', 'MonitorAmazonQ').id } });
    template.resourceCountIs('AWS::DynamoDB::GlobalTable', 0);
    const subscriptions = Object.values(template.findResources('AWS::SNS::Subscription'));
    const people = subscriptions.filter(({ Properties }) => Properties['Protocol'] === 'email');
    expect(people.map(({ Properties }) => Properties['Endpoint'])).toEqual(['you@example.com', 'you@example.com']);
    const { Properties } = findOne(template, 'AWS::Chatbot::SlackChannelConfiguration').resource;
    expect(Properties).toMatchObject({ SlackChannelId: 'C0123456789', Tags: [{ Key: 'team', Value: 'web' }] });
    const { Environment, Tags } = findOne(template, 'AWS::Lambda::Function', 'MonitorSlackWebhook').resource.Properties;
    expect(Environment.Variables.PORTWATCH_SLACK_WEBHOOK_PARAMETER).toBe('/portwatch/slack-webhook');
    expect(Tags).toEqual([{ Key: 'team', Value: 'web' }]);
    const scan = findOne(template, 'AWS::Lambda::Function', 'MonitorScan').resource.Properties;
    const channels = scan['Environment'].Variables.PORTWATCH_CHANNELS;
    expect(JSON.stringify(channels)).toMatch(/events.*amazon-q.*slack-webhook/);
    const outputs = Object.entries(template.findOutputs('*')).filter(([name]) => name.startsWith('MonitorChannels'));
    expect(outputs.map(([, output]) => output['Value'])).toEqual([channels]);
  });

  let withoutProps: Template;
  beforeAll(() => {
    withoutProps = monitorIn({});
  });

  test('needs no props, and subscribes nobody', () => {
    const template = withoutProps;
    template.resourceCountIs('AWS::SNS::Topic', 3);
    template.resourceCountIs('AWS::SNS::Subscription', 1);
    const forwarding = findOne(template, 'AWS::SNS::Subscription').resource.Properties;
    expect(forwarding).toMatchObject({ Protocol: 'lambda', TopicArn: { Ref: expect.stringMatching('AlertTopic') } });
    template.resourceCountIs('AWS::Scheduler::Schedule', 1);
  });

  test('P5: has its schedule created last, after the policy of its role, too', () => {
    const template = withoutProps;
    const earlier = listEarlierResources(template);
    expect(earlier.get(findOne(template, 'AWS::Scheduler::Schedule').id)?.size).toBe(earlier.size - 1);
  });

  test('P5: has its schedule created after its table, also if another resource needs the schedule', () => {
    const template = monitorIn({}, (stack, monitor) => {
      const after = new Role(stack, 'After', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
      after.node.addDependency(monitor.node.findChild('Schedule'));
      monitor.createLastIn(stack);
    });
    const earlier = listEarlierResources(template);
    const schedule = findOne(template, 'AWS::Scheduler::Schedule').id;
    expect(earlier.get(schedule)).toContain(findOne(template, 'AWS::DynamoDB::GlobalTable').id);
    expect(earlier.get(findOne(template, 'AWS::IAM::Role', 'After').id)).toContain(schedule);
  });

  test('P6: has its table created after everything that does not need it', () => {
    const template = monitorIn({}, (stack, monitor) => {
      const reader = new Role(stack, 'Reader', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
      monitor.grantReadHistory(reader);
      // This dependency of its construct is the only reason why the alert topic needs the table.
      monitor.alertTopic.node.addDependency(reader);
    });
    const table = findOne(template, 'AWS::DynamoDB::GlobalTable').id;
    const before = [...(listEarlierResources(template).get(table) ?? [])];
    expect(before).toContain(findOne(template, 'AWS::SNS::Topic', 'MonitorHealthTopic').id);
    expect(before).not.toContain(findOne(template, 'AWS::SNS::Topic', 'MonitorAlertTopic').id);
  });

  test('P9: grants what the commands on the history need, and nothing else', () => {
    const template = monitorIn({}, (stack, monitor) => {
      const reader = new Role(stack, 'Reader', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
      monitor.grantReadHistory(reader);
      monitor.grantInvokeScan(reader);
    });
    const { PolicyDocument } = findOne(template, 'AWS::IAM::Policy', 'Reader').resource.Properties;
    const table = { 'Fn::GetAtt': [expect.stringMatching(/^MonitorSnapshotTable/), 'Arn'] };
    expect(PolicyDocument.Statement).toEqual([
      {
        Action: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'],
        Effect: 'Allow',
        Resource: [table, { 'Fn::Join': ['', [table, '/index/timeline']] }],
      },
      {
        Action: 'cloudformation:DescribeStacks',
        Effect: 'Allow',
        Resource: {
          'Fn::Join': [
            '',
            [
              ...['arn:', { Ref: 'AWS::Partition' }, ':cloudformation:', { Ref: 'AWS::Region' }, ':'],
              ...[{ Ref: 'AWS::AccountId' }, ':stack/Own/*'],
            ],
          ],
        },
      },
      {
        Action: 'lambda:InvokeFunction',
        Effect: 'Allow',
        Resource: { 'Fn::GetAtt': [expect.stringMatching(/^MonitorScanFunction/), 'Arn'] },
      },
    ]);
  });

  test.each([1.5, 0, 2880])(
    'refuses to scan every %s minutes, in the words of the configuration',
    (scanEveryMinutes) => {
      expect(() => monitorIn({ scanEveryMinutes })).toThrow(
        `scanEveryMinutes: got ${scanEveryMinutes}, expected a whole number of minutes from 1 to 1440. The default is 5.`,
      );
    },
  );

  test('refuses an interval that is not known yet, since time-out and alarms are computed from it', () => {
    const scanEveryMinutes = Token.asNumber({ Ref: 'Minutes' });
    expect(() => monitorIn({ scanEveryMinutes })).toThrow('scanEveryMinutes: got a token, expected a whole');
  });

  test('refuses props with the path of the construct, without a stack trace, so that Node prints the sentences alone', () => {
    const problem = 'alertFrom: got "huge", expected one of critical, high, medium, low, info. The default is low.';
    let thrown: unknown;
    try {
      monitorIn({ alertFrom: 'huge' as 'high' });
    } catch (error) {
      thrown = error;
    }
    expect(inspect(thrown)).toBe(
      `[ConfigurationError: The configuration has 1 problem(s) of Own/Monitor:\n  - ${problem}]`,
    );
  });

  test('warns of an expected change that has expired, and of a region without Lightsail; a clone prints that itself', () => {
    // The CDK prints the warnings at synthesis.
    const printed = jest.spyOn(console, 'error').mockImplementation(() => {});
    const expected = [{ instance: 'ci-*', reason: 'r', until: '2020-01-31' }];
    const own = new Stack(newApp(), 'Own', { env: { region: 'eu-central-2' } });
    new DriftMonitor(own, 'Monitor', { expected });
    const ofOwn = Annotations.fromStack(own).findWarning('/Own/Monitor', Match.anyValue());
    expect(ofOwn.map(({ entry }) => String(entry.data))).toEqual([
      expect.stringMatching(/^Lightsail has no region eu-central-2, .* \[ack: portwatch:region-without-lightsail\]$/),
      expect.stringMatching(/^expected\[0\] \("r"\) expired on 2020-01-31: .* \[ack: portwatch:expired\]$/),
    ]);
    const config = parseConfig({
      file: { name: 'portwatch.json', text: JSON.stringify({ expected }) },
      commandLine: {},
    });
    const clone = new PortwatchStack(newApp(), 'Portwatch', { config });
    expect(Annotations.fromStack(clone).findWarning('*', Match.anyValue())).toEqual([]);
    printed.mockRestore();
  });

  test('takes a name that is not known yet', () => {
    const template = monitorIn({ name: Token.asString({ Ref: 'Name' }) });
    const { Environment } = findOne(template, 'AWS::Lambda::Function', 'MonitorScan').resource.Properties;
    expect(Environment.Variables.PORTWATCH_SETTINGS['Fn::Join'][1].slice(0, 2)).toEqual(['{"name":"', { Ref: 'Name' }]);
  });
});

describe('two monitors in one stack', () => {
  const stack = new Stack(newApp(), 'Own');
  const slackOf = (channelId: string) => ({
    slack: { workspaceId: 'T0123456789', channelId },
    slackWebhookParameter: '/portwatch/slack-webhook',
    namePrefix: 'acme',
  });
  new DriftMonitor(stack, 'Monitor', slackOf('C0123456789'));
  const web = new DriftMonitor(new Construct(stack, 'Team'), 'Web', slackOf('C0123456788'));
  const template = Template.fromStack(stack);
  const resources: [string, Resource & { Type: string }][] = Object.entries(template.toJSON()['Resources']);

  test('have no name in common', () => {
    const ids = resources.map(([id]) => `"${id}"`);
    const names = resources.flatMap(([, { Type, Properties }]) =>
      Object.entries(Properties ?? {}).flatMap(([key, value]) => {
        const text = JSON.stringify(value);
        return /(?<!Metric)Name$/.test(key) && !ids.some((id) => text.includes(id)) ? [`${Type} ${text}`] : [];
      }),
    );
    for (const type of ['CloudWatch::Alarm', 'Chatbot::Slack', 'IAM::Role', 'Lambda::Function', 'Scheduler::Schedule'])
      expect(names.filter((name) => name.startsWith(`AWS::${type}`)).length).toBeGreaterThan(1);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    const senders = resources.flatMap(([, { Type, Properties }]) =>
      Type === 'AWS::SNS::Topic' ? Properties['DisplayName'] : [],
    );
    expect(senders.sort()).toEqual([
      ...['Portwatch', 'Portwatch Team/Web', 'Portwatch Team/Web events', 'Portwatch Team/Web for Amazon Q'],
      ...['Portwatch Team/Web health', 'Portwatch events', 'Portwatch for Amazon Q', 'Portwatch health'],
    ]);
  });

  test('read no metric of each other, and each reads those that its scan writes', () => {
    const alarms = resources.flatMap(([id, { Type, Properties }]) =>
      Type === 'AWS::CloudWatch::Alarm' ? [{ id, Properties }] : [],
    );
    const metrics = alarms.map(({ Properties: { Namespace, MetricName, Dimensions } }) =>
      JSON.stringify([Namespace, MetricName, Dimensions]),
    );
    expect(new Set(metrics).size).toBe(metrics.length);
    for (const [prefix, service] of [
      ['Monitor', 'Own'],
      ['TeamWeb', 'Own/Team/Web'],
    ] as const) {
      const written = alarms.filter(
        ({ id, Properties }) => id.startsWith(prefix) && Properties['Namespace'] === 'Portwatch',
      );
      expect(written).toHaveLength(3);
      for (const { Properties } of written)
        expect(Properties['Dimensions']).toEqual([{ Name: 'service', Value: service }]);
      const { Environment } = findOne(template, 'AWS::Lambda::Function', `${prefix}Scan`).resource.Properties;
      expect(Environment.Variables.PORTWATCH_METRIC_SERVICE).toBe(service);
    }
    const names = alarms.map(({ Properties }) => Properties['AlarmName']);
    expect(names).toContain('acme-Own no complete scan');
    expect(names).toContain('acme-Own/Team/Web no complete scan');
  });

  test('give their own functions, alarms and metrics to the app', () => {
    expect(web.functions.map(({ node }) => node.path.replace('Own/Team/Web/', '')).sort()).toEqual([
      ...['AmazonQ/Forward/Function', 'EventTopic/Forward/Function', 'Events/Look/Function', 'Scan/Function'],
      'SlackWebhook/Function',
    ]);
    expect(web.eventFunction?.node.path).toBe('Own/Team/Web/Events/Look/Function');
    expect(new DriftMonitor(new Stack(newApp(), 'Own'), 'Monitor', { eventPath: false }).eventFunction).toBeNull();
    const ids = resources.flatMap(([id, { Type }]) =>
      Type === 'AWS::CloudWatch::Alarm' && id.startsWith('TeamWeb') ? [id] : [],
    );
    expect(web.alarms).toHaveLength(ids.length);
    const metrics = [
      web.metricCompleteScans(),
      web.metricOldestUnsentAlertAge(),
      web.metricOpenGaps({ statistic: 'max' }),
    ];
    expect(
      metrics.map(({ namespace, metricName, dimensions, statistic }) => ({
        namespace,
        metricName,
        dimensions,
        statistic,
      })),
    ).toEqual(
      [
        ['CompleteScans', 'Sum'],
        ['OldestUntoldAlertAge', 'Maximum'],
        ['OpenGaps', 'Maximum'],
      ].map(([metricName, statistic]) => ({
        ...{ namespace: 'Portwatch', metricName, statistic, dimensions: { service: 'Own/Team/Web' } },
      })),
    );
  });

  test('have outputs of their own, by which the command line finds them', () => {
    const outputs = Object.keys(template.findOutputs('*')).map((name) => name.replace(/[0-9A-F]{8}$/, ''));
    const names = Object.values(stackOutputs).filter((name) => name !== stackOutputs.eventBusArn);
    expect(outputs.sort()).toEqual(
      ['Monitor', 'TeamWeb'].flatMap((prefix) => names.map((name) => prefix + name)).sort(),
    );
  });

  test.each<[string, string, DriftMonitorProps, string]>([
    [
      'Other',
      'the same table',
      { table: web.table },
      'table: got the table of Own/Team/Web, expected another one. Of two monitors with one table, only one scans, and only one alerts.',
    ],
    [
      'Other',
      'the same Slack channel',
      slackOf('C0123456788'),
      'slack: got the channel of Own/Team/Web, expected another one: Amazon Q accepts one configuration for a channel. ' +
        'Use amazonQTopic here, and add the two topics to that configuration.',
    ],
    [
      'Team-Web',
      'an id whose outputs could be those of the other',
      {},
      'id: got Team-Web, expected an id that differs from that of Own/Team/Web by letters or digits: outputs have no other characters.',
    ],
  ])('are refused: %s has %s', (id, _, props, problem) => {
    expect(() => new DriftMonitor(stack, id, props)).toThrow(`1 problem(s) of Own/${id}:\n  - ${problem}`);
    stack.node.tryRemoveChild(id);
  });

  test('may have one alert topic, with a warning', () => {
    const printed = jest.spyOn(console, 'error').mockImplementation(() => {});
    const own = new Stack(newApp(), 'Own');
    const alertTopic = new Topic(own, 'Alerts');
    for (const id of ['One', 'Two']) new DriftMonitor(own, id, { alertTopic });
    const found = Annotations.fromStack(own).findWarning('*', Match.anyValue());
    expect(found.map(({ id, entry }) => `${id} ${entry.data}`)).toEqual([
      '/Own/Two The monitor Own/One has the same alert topic: programs and Slack of either monitor get the alerts of both monitors. [ack: portwatch:shared-alert-topic]',
    ]);
    printed.mockRestore();
  });

  test('have names that CloudWatch accepts', () => {
    const monitorOf = (id: string) => new DriftMonitor(new Stack(newApp(), 'Own'), id, { name: 'x'.repeat(32) });
    const longest = monitorOf('y'.repeat(178)).alarms.map(
      (alarm) => (alarm.node.defaultChild as CfnAlarm).alarmName ?? '',
    );
    expect(Math.max(...longest.map((name) => name.length))).toBe(255);
    expect(() => monitorOf('y'.repeat(179))).toThrow(
      'id: got names of alarms that begin with 219 characters, expected at most 218, since CloudWatch allows 255. Shorten the id',
    );
  });

  test('are refused with tables of one name', () => {
    const own = new Stack(newApp(), 'Own');
    new DriftMonitor(own, 'One', { existingTable: 'old-table' });
    expect(() => new DriftMonitor(own, 'Two', { table: TableV2.fromTableName(own, 'Table', 'old-table') })).toThrow(
      'table: got the table of Own/One, expected another one.',
    );
  });

  test('of two stacks can have tables of one name, and the monitor of a clone has the metrics of the first version', () => {
    const app = newApp();
    const inRegion = (region: string) =>
      new DriftMonitor(new Stack(app, region, { env: { region } }), 'Monitor', { existingTable: 'old-table' });
    expect(() => ['eu-west-1', 'us-east-1'].map(inRegion)).not.toThrow();
    expect(JSON.stringify(synthesise().template.toJSON())).not.toContain('PORTWATCH_METRIC_SERVICE');
    const alarms = Object.values(synthesise().template.findResources('AWS::CloudWatch::Alarm'));
    const dimensions = alarms.flatMap(({ Properties: { Namespace, Dimensions } }) =>
      Namespace === 'Portwatch' ? Dimensions : [],
    );
    expect(dimensions).toEqual([1, 2, 3].map(() => ({ Name: 'service', Value: 'scan' })));
  });
});
