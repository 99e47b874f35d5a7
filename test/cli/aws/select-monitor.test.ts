import { describe, expect, test } from '@jest/globals';
import { isOfMonitor, selectMonitor } from '../../../cli/aws/select-monitor.ts';

const clone = new Map([
  ['SnapshotTableName', 'table'],
  ['AlertTopicArn', 'alerts'],
]);
const web = [
  ['WebSnapshotTableName1A2B3C4D', 'web-table'],
  ['WebAlertTopicArn1A2B3C4E', 'web-alerts'],
] as const;
const api = [['TeamApiSnapshotTableName1A2B3C4F', 'api-table']] as const;
const foreign = [
  ['Url', 'https://example.com'],
  ['LambdaVersion1A2B3C4D', '7'],
] as const;

const select = (outputs: Iterable<readonly [string, string]>, monitor?: string) => {
  const { monitor: found, outputs: named, others } = selectMonitor(new Map(outputs), { stack: 'Own', monitor });
  return [found, Object.fromEntries(named), others];
};

describe('the monitor of a stack', () => {
  test.each<[string, Iterable<readonly [string, string]>, string | undefined, unknown]>([
    ['of a clone', clone, undefined, [null, Object.fromEntries(clone), []]],
    ['of a clone, by its id', clone, 'Monitor', [null, Object.fromEntries(clone), []]],
    ['without outputs', [], undefined, [null, {}, []]],
    ['of foreign outputs', foreign, undefined, [null, Object.fromEntries(foreign), []]],
    [
      'the only one',
      [...foreign, ...web],
      undefined,
      ['Web', { SnapshotTableName: 'web-table', AlertTopicArn: 'web-alerts' }, []],
    ],
    [
      'one of two',
      [...web, ...api],
      'Web',
      ['Web', { SnapshotTableName: 'web-table', AlertTopicArn: 'web-alerts' }, ['TeamApi']],
    ],
    ['one of two, by its path', [...web, ...api], 'Team/Api', ['TeamApi', { SnapshotTableName: 'api-table' }, ['Web']]],
    [
      'of a clone beside another',
      [...clone, ...web],
      undefined,
      [null, Object.fromEntries([...clone, ...web]), ['Web']],
    ],
  ])('is found: %s', (_, outputs, monitor, expected) => {
    expect(select(outputs, monitor)).toEqual(expected);
  });

  test('has to be named if there are several', () => {
    expect(() => select([...web, ...api])).toThrow(
      'Stack Own has the monitors TeamApi and Web; choose one with --monitor.',
    );
  });

  test.each([
    [[...web, ...api], 'Stack Own has no monitor Wob; it has TeamApi and Web.'],
    [[...clone, ...web], 'Stack Own has no monitor Wob; it has Monitor and Web.'],
    [[...foreign], 'Stack Own has no monitor Wob; it has none.'],
  ])('has to exist', (outputs, sentence) => {
    expect(() => select(outputs, 'Wob')).toThrow(sentence);
  });
});

describe('a resource of the stack', () => {
  test.each([
    ['WebScanFunction1A2B3C4D', 'Web', ['WebApi'], true],
    ['WebApiScanFunction1A2B3C4D', 'Web', ['WebApi'], false],
    ['WebhookFunction1A2B3C4D', 'Web', [], false],
    ['WebHealthScanErrors1A2B3C4D', 'Web', [], true],
    ['WebAmazonQTopic1A2B3C4D', 'Web', [], true],
    ['MonitorScanFunction1A2B3C4D', null, ['Web'], true],
    ['AmazonQTopic1A2B3C4D', null, [], true],
    ['WebScanFunction1A2B3C4D', null, ['Web'], false],
  ])('%s is of monitor %s beside %j: %s', (logicalId, monitor, others, expected) => {
    expect(isOfMonitor(logicalId, { monitor, others })).toBe(expected);
  });
});
