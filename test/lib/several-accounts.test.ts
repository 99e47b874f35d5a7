/** The resources for several accounts, and for one account, which are unchanged. */
import { describe, expect, test } from '@jest/globals';
import { depth } from '../support/depth.ts';
import { listEarlierResources } from './creation-order.ts';
import { findOne, type Resource, synthesise } from './synthesise.ts';

const externalId = 'acme-portwatch';
const ofList = { externalId, accounts: '111122223333,444455556666' };
const ofOrganization = { externalId, 'accounts.organization': 'o-a1b2c3d4e5' };
const partition = { Ref: 'AWS::Partition' };
const memberRoles = (name = 'PortwatchMember') => ({
  'Fn::Join': ['', ['arn:', partition, `:iam::*:role/${name}`]],
});

const propertiesOf = (configuration: Record<string, unknown>, type: string, prefix = '') =>
  findOne(synthesise(configuration).template, type, prefix).resource.Properties;
const statementsOf = (configuration: Record<string, unknown>, prefix: string) =>
  propertiesOf(configuration, 'AWS::IAM::Policy', prefix)['PolicyDocument'].Statement as Record<string, unknown>[];
const allowed = (configuration: Record<string, unknown>, prefix: string, service: string) =>
  statementsOf(configuration, prefix).filter(({ Action }) =>
    [Action].flat().some((one) => String(one).startsWith(`${service}:`)),
  );

describe('with one account', () => {
  test('there is no queue of accounts, no bus, no second schedule, no further alarm and no name of a role', () => {
    const { template } = synthesise({});
    template.resourceCountIs('AWS::SQS::Queue', 2);
    template.resourceCountIs('AWS::Scheduler::Schedule', 1);
    template.resourceCountIs('AWS::Events::EventBus', 0);
    template.resourceCountIs('AWS::Events::Rule', 1);
    template.resourceCountIs('AWS::CloudWatch::Alarm', 11);
    const roles = Object.values(template.findResources('AWS::IAM::Role')) as Resource[];
    expect(roles.filter(({ Properties }) => Properties['RoleName'] !== undefined)).toEqual([]);
    for (const prefix of ['MonitorScan', 'MonitorEventsLook'])
      expect([...allowed({}, prefix, 'sts'), ...allowed({}, prefix, 'organizations')]).toEqual([]);
    const { Variables } = propertiesOf({}, 'AWS::Lambda::Function', 'MonitorScan')['Environment'];
    expect(Object.keys(Variables)).not.toContain('PORTWATCH_ACCOUNTS_QUEUE_URL');
    expect(Variables['PORTWATCH_SETTINGS']).not.toMatch(/account|external|member/i);
    expect(propertiesOf({}, 'AWS::Lambda::Function', 'MonitorScan')['MemorySize']).toBe(256);
    expect(Object.keys(template.toJSON()['Outputs'])).not.toContain('EventBusArn');
  });
});

describe('the queue of accounts', () => {
  const everyMinute = [1, 60, 90, 3600] as const;

  test.each([
    ...depth({ quick: [], full: [everyMinute] }),
    [5, 240, 270, 3600] as const,
    [1440, 900, 930, 86_400] as const,
  ])(
    'with a pass every %d minutes: a message is not visible while its scan runs, and is kept for an interval',
    (scanEveryMinutes, timeout, visible, kept) => {
      const configuration = { ...ofList, scanEveryMinutes };
      expect(propertiesOf(configuration, 'AWS::Lambda::Function', 'MonitorScan')['Timeout']).toBe(timeout);
      expect(propertiesOf(configuration, 'AWS::SQS::Queue', 'MonitorAccountsQueue')).toEqual({
        VisibilityTimeout: visible,
        MessageRetentionPeriod: kept,
        SqsManagedSseEnabled: true,
        RedrivePolicy: {
          deadLetterTargetArn: { 'Fn::GetAtt': ['MonitorDeadLetterQueue1D772ECF', 'Arn'] },
          maxReceiveCount: 3,
        },
      });
    },
  );

  test('delivers batches of ten to the scan function, at most ten at a time, and takes back the messages that failed', () => {
    const { id } = findOne(synthesise(ofList).template, 'AWS::SQS::Queue', 'MonitorAccountsQueue');
    expect(propertiesOf(ofList, 'AWS::Lambda::EventSourceMapping', 'MonitorScan')).toEqual({
      BatchSize: 10,
      EventSourceArn: { 'Fn::GetAtt': [id, 'Arn'] },
      FunctionName: { Ref: 'MonitorScanFunction1D3954ED' },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 10 },
    });
    const scan = propertiesOf(ofList, 'AWS::Lambda::Function', 'MonitorScan');
    expect(scan['MemorySize']).toBe(1024);
    expect(scan['Environment'].Variables['PORTWATCH_ACCOUNTS_QUEUE_URL']).toEqual({ Ref: id });
    expect(JSON.parse(scan['Environment'].Variables['PORTWATCH_SETTINGS'])).toMatchObject({
      accounts: ['111122223333', '444455556666'],
      externalId,
      memberRoleName: 'PortwatchMember',
    });
  });
});

describe('the roles of the two functions', () => {
  test('have the names that the roles of the members trust, also with a prefix', () => {
    const names = (configuration: Record<string, unknown>) =>
      ['MonitorScanRole', 'MonitorEventsLookRole'].map(
        (prefix) => propertiesOf(configuration, 'AWS::IAM::Role', prefix)['RoleName'],
      );
    expect(names(ofList)).toEqual(['PortwatchMonitor', 'PortwatchMonitorEvents']);
    expect(names({ ...ofOrganization, monitorRoleName: 'AcmeMonitor', namePrefix: 'acme' })).toEqual([
      'AcmeMonitor',
      'AcmeMonitorEvents',
    ]);
  });

  test.each(['MonitorScan', 'MonitorEventsLook'])(
    'P9: %s can assume the role of the listed accounts only, or of the organisation only',
    (prefix) => {
      expect(allowed(ofList, prefix, 'sts')).toEqual([
        {
          Action: 'sts:AssumeRole',
          Condition: { StringEquals: { 'aws:ResourceAccount': ['111122223333', '444455556666'] } },
          Effect: 'Allow',
          Resource: memberRoles(),
        },
      ]);
      expect(allowed({ ...ofOrganization, memberRoleName: 'AcmeMember' }, prefix, 'sts')).toEqual([
        {
          Action: 'sts:AssumeRole',
          Condition: { StringEquals: { 'aws:ResourceOrgID': 'o-a1b2c3d4e5' } },
          Effect: 'Allow',
          Resource: memberRoles('AcmeMember'),
        },
      ]);
    },
  );

  test('P9: only the scan can list the organisation, only with an organisation, and only as it needs', () => {
    const listed = (configuration: Record<string, unknown>) =>
      allowed(configuration, 'MonitorScan', 'organizations').flatMap(({ Action }) =>
        [Action].flat().filter((action) => String(action).startsWith('organizations:')),
      );
    expect(listed(ofOrganization)).toEqual(['organizations:ListAccounts']);
    expect(listed({ ...ofOrganization, 'accounts.units': 'ou-ab12-cdef3456' })).toEqual([
      'organizations:ListAccountsForParent',
      'organizations:ListOrganizationalUnitsForParent',
    ]);
    expect(listed(ofList)).toEqual([]);
    expect(allowed(ofOrganization, 'MonitorEventsLook', 'organizations')).toEqual([]);
  });

  test('P9: of the table, the event function can delete only groups of alerts that were published', () => {
    const deletes = statementsOf(ofList, 'MonitorEventsLook').filter(
      ({ Action, Effect }) => Effect === 'Allow' && [Action].flat().includes('dynamodb:DeleteItem'),
    );
    expect(deletes.map(({ Condition }) => Condition)).toEqual([
      { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['OUTBOX#*'] } },
    ]);
  });
});

describe('the bus for events of the watched accounts', () => {
  const policyOf = (configuration: Record<string, unknown>) =>
    propertiesOf(configuration, 'AWS::Events::EventBusPolicy')['Statement'];
  const root = (account: string) => ({ 'Fn::Join': ['', ['arn:', partition, `:iam::${account}:root`]] });

  test('P9: lets in the organisation only, or the listed accounts only', () => {
    const { id } = findOne(synthesise(ofOrganization).template, 'AWS::Events::EventBus');
    const common = {
      Action: 'events:PutEvents',
      Effect: 'Allow',
      Resource: { 'Fn::GetAtt': [id, 'Arn'] },
      Sid: 'cdk-WatchedAccounts',
    };
    expect(policyOf(ofOrganization)).toEqual({
      ...common,
      Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } },
      Principal: { AWS: '*' },
    });
    expect(policyOf(ofList)).toEqual({ ...common, Principal: { AWS: [root('111122223333'), root('444455556666')] } });
  });

  test('has a rule into the queue of events, with the pattern of the own account', () => {
    const { template } = synthesise(ofList);
    const rules = Object.values(template.findResources('AWS::Events::Rule')) as Resource[];
    const [own, member] = [
      rules.find(({ Properties }) => Properties['EventBusName'] === undefined)?.Properties,
      rules.find(({ Properties }) => Properties['EventBusName'] !== undefined)?.Properties,
    ];
    expect(rules).toHaveLength(2);
    expect(member?.['EventBusName']).toEqual({ Ref: findOne(template, 'AWS::Events::EventBus').id });
    expect(member?.['EventPattern']).toEqual(own?.['EventPattern']);
    expect(member?.['Targets'][0].Arn).toEqual(own?.['Targets'][0].Arn);
  });

  test('has a name that the templates of the members know, and that begins with the prefix', () => {
    const nameOf = (configuration: Record<string, unknown>) =>
      propertiesOf(configuration, 'AWS::Events::EventBus')['Name'];
    expect(nameOf(ofList)).toBe('Portwatch');
    expect(nameOf({ ...ofList, namePrefix: 'acme' })).toBe('acme-Portwatch');
    const { template } = synthesise(ofList);
    expect(template.toJSON()['Outputs']['EventBusArn'].Value).toEqual({
      'Fn::GetAtt': [findOne(template, 'AWS::Events::EventBus').id, 'Arn'],
    });
  });

  test('is not there without the event path', () => {
    const { template } = synthesise({ ...ofList, eventPath: 'false' });
    template.resourceCountIs('AWS::Events::EventBus', 0);
    expect(template.toJSON()['Outputs']['EventBusArn']).toBeUndefined();
  });
});

describe('the collector', () => {
  test('is invoked every minute, and for the first time after the table and the schedule of the passes exist', () => {
    const { template } = synthesise(ofList);
    const { id, resource } = findOne(template, 'AWS::Scheduler::Schedule', 'MonitorCollecting');
    expect(resource.Properties['ScheduleExpression']).toBe('rate(1 minute)');
    expect(resource.Properties['Target'].Input).toBe('{"portwatch":"collect"}');
    const earlier = listEarlierResources(template);
    expect(earlier.get(id)).toContain(findOne(template, 'AWS::Scheduler::Schedule', 'MonitorSchedule').id);
    expect(earlier.get(id)).toContain(findOne(template, 'AWS::DynamoDB::GlobalTable').id);
  });
});

test('P5: one alarm reports that accounts are not scanned, without a dimension for accounts', () => {
  const alarm = propertiesOf(
    { ...ofList, scanEveryMinutes: 10 },
    'AWS::CloudWatch::Alarm',
    'MonitorHealthAccountsNotScanned',
  );
  expect(alarm).toMatchObject({
    AlarmName: 'Portwatch accounts are not scanned',
    AlarmDescription:
      'For 30 minutes at least one account was not scanned completely: its changes can stay undetected. See docs/runbook.md#accounts-are-not-scanned',
    MetricName: 'AccountsNotScanned',
    Dimensions: [{ Name: 'service', Value: 'scan' }],
    Period: 600,
    EvaluationPeriods: 3,
    Statistic: 'Minimum',
    Threshold: 1,
    TreatMissingData: 'ignore',
  });
  synthesise(ofList).template.resourceCountIs('AWS::CloudWatch::Alarm', 12);
});
