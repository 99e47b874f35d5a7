import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isIgnored } from '../../lambda/attribution/ignored-record.ts';
import { parseEvent } from '../../lambda/attribution/parse-call-event.ts';
import { parseCall } from '../../lambda/attribution/parse-call-record.ts';
import { watchedCalls } from '../../lambda/contract/watched-calls.ts';
import { depth } from '../support/depth.ts';
import {
  account,
  buildEvent,
  buildRecord,
  expected,
  type Fields,
  parsedCall,
  requestedRule as rule,
} from './records.ts';

const ignoredAs = (record: unknown) => {
  const parsed = parseCall(record, expected);
  return isIgnored(parsed) ? parsed.ignored : parsed;
};

describe('a record of a call', () => {
  test('has the actor, the request, the instance, the time and the origin', () => {
    expect(parseCall(buildRecord(), expected)).toEqual(parsedCall);
  });

  test.each([
    ['PutInstancePublicPorts', { instanceName: 'db-1', portInfos: [rule, rule] }, ['db-1'], [rule, rule], null],
    ['CloseInstancePublicPorts', { instanceName: 'db-1', portInfo: rule }, ['db-1'], [rule], null],
    [
      'SetIpAddressType',
      { resourceType: 'Instance', resourceName: 'db-1', ipAddressType: 'ipv6' },
      ['db-1'],
      null,
      'ipv6',
    ],
    ['CreateInstances', { instanceNames: ['a', 'b', 'a'], blueprintId: 'ubuntu_24_04' }, ['a', 'b'], null, null],
    ['CreateInstancesFromSnapshot', { instanceNames: ['a'] }, ['a'], null, null],
    ['DeleteInstance', { instanceName: 'a' }, ['a'], null, null],
  ])('%s', (eventName, requestParameters, instanceNames, portInfos, ipAddressType) => {
    const parsed = parseCall(buildRecord({ eventName, requestParameters }), expected);
    expect(parsed).toMatchObject({ name: eventName, instanceNames, portInfos, ipAddressType });
  });

  test.each([
    ['failed-call', buildRecord({ errorCode: 'AccessDeniedException' })],
    ['failed-call', buildRecord({ errorCode: 17 })],
    ['failed-call', buildRecord({ errorMessage: 'not authorized' })],
    ['failed-call', buildRecord({ responseElements: { operations: [{ resourceName: 'web-1', status: 'Failed' }] } })],
    ['other-source', buildRecord({ eventSource: 'ec2.amazonaws.com' })],
    ['other-source', buildRecord({ eventSource: undefined })],
    ['unknown-event', buildRecord({ eventName: 'GetInstancePortStates' })],
    ['other-account', buildRecord({ recipientAccountId: '999999999999' })],
    ['no-instance', buildRecord({ requestParameters: null, responseElements: null })],
    ['no-instance', buildRecord({ requestParameters: { instanceName: '../x#y' }, responseElements: null })],
    [
      'no-instance',
      buildRecord({
        eventName: 'SetIpAddressType',
        requestParameters: { resourceType: 'Distribution', resourceName: 'cdn' },
      }),
    ],
    ['no-time', buildRecord({ eventTime: undefined })],
    ['no-time', buildRecord({ eventTime: '2026-11-23T10:01:03' })],
    ['no-time', buildRecord({ eventTime: '2026-13-45T10:01:03Z' })],
    ['from-the-future', buildRecord({ eventTime: '2026-11-23T10:12:00Z' })],
    ['unreadable', null],
    ['unreadable', 'text'],
    ['unreadable', [buildRecord()]],
    ['unreadable', buildRecord({ awsRegion: 'eu west 1' })],
  ])('is ignored as %s', (reason, record) => {
    expect(ignoredAs(record)).toBe(reason);
  });

  test('may be some minutes ahead of the clock', () => {
    expect(parseCall(buildRecord({ eventTime: '2026-11-23T10:09:00Z' }), expected)).toMatchObject({
      name: parsedCall.name,
    });
  });

  test.each([
    ['2026-11-23T10:11:00Z', '2026-11-23T10:11:00.000Z'],
    ['2026-11-23T12:01:03+02:00', '2026-11-23T10:01:03.000Z'],
    ['2026-11-23T05:01:03-0500', '2026-11-23T10:01:03.000Z'],
  ])('of %s was made at %s', (eventTime, at) => {
    expect(parseCall(buildRecord({ eventTime }), expected)).toMatchObject({ at });
  });

  test.each([1_795_428_063_000, ['2026-11-23T10:01:03Z'], '2026-11-23T10:01:03Z UTC', 'at 2026-11-23T10:01:03Z'])(
    'has no known time if that is %p',
    (eventTime) => {
      expect(ignoredAs(buildRecord({ eventTime }))).toBe('no-time');
    },
  );

  test('without a clock is never from the future', () => {
    const record = buildRecord({ eventTime: '2999-01-01T00:00:00Z' });
    expect(parseCall(record, { account })).toMatchObject({ at: '2999-01-01T00:00:00.000Z' });
  });

  test('has an ipAddressType only if the call sets it', () => {
    const requestParameters = { instanceName: 'web-1', ipAddressType: 'ipv4' };
    expect(parseCall(buildRecord({ requestParameters }), expected)).toMatchObject({ ipAddressType: null });
  });

  test.each<[string, string, Fields, unknown, string[] | 'no-instance']>([
    [
      'names the instance of the resource',
      'SetIpAddressType',
      { resourceType: 'instance', resourceName: 'a' },
      null,
      ['a'],
    ],
    ['may leave out the type of the resource', 'SetIpAddressType', { resourceName: 'a' }, null, ['a']],
    ['has a resource in that call only', 'DeleteInstance', { resourceName: 'a' }, null, 'no-instance'],
    [
      'is for the type of resource in that call only',
      'DeleteInstance',
      { instanceName: 'a', resourceType: 'Disk' },
      null,
      ['a'],
    ],
    [
      'names the instances of the answer',
      'CreateInstances',
      {},
      { operations: [{ resourceName: 'a' }, { resourceName: 'b', resourceType: 'Instance' }] },
      ['a', 'b'],
    ],
    [
      'leaves out resources of the answer that are no instances',
      'CreateInstances',
      {},
      {
        operations: [
          { resourceName: 'disk', resourceType: 'Disk' },
          { resourceName: 'a', resourceType: 'Instance' },
        ],
      },
      ['a'],
    ],
    ['names the one operation of the answer', 'DeleteInstance', {}, { operation: { resourceName: 'a' } }, ['a']],
    [
      'names no more than the request',
      'DeleteInstance',
      { instanceName: 'a' },
      { operation: { resourceName: 'b' } },
      ['a'],
    ],
    [
      'leaves out names that can not be',
      'CreateInstances',
      { instanceNames: ['a', 7, '', 'a b', '-x', 'b.c_d-e'] },
      null,
      ['a', 'b.c_d-e'],
    ],
  ])('%s', (_, eventName, requestParameters, responseElements, instanceNames) => {
    const parsed = parseCall(buildRecord({ eventName, requestParameters, responseElements }), expected);
    expect(isIgnored(parsed) ? parsed.ignored : parsed.instanceNames).toEqual(instanceNames);
  });

  test('names at most a hundred instances', () => {
    const instanceNames = Array.from({ length: 120 }, (_, i) => `web-${i}`);
    const record = buildRecord({ eventName: 'CreateInstances', requestParameters: { instanceNames } });
    expect(parseCall(record, expected)).toMatchObject({ instanceNames: instanceNames.slice(0, 100) });
  });

  test.each([
    ['AccessDeniedException', { errorCode: 'AccessDeniedException', errorMessage: 'no' }],
    ['not authorized', { errorCode: null, errorMessage: 'not authorized' }],
    ['errorCode', { errorCode: 17 }],
    ['operation failed', { responseElements: { operation: { status: 'Failed' } } }],
  ])('that failed is ignored with the error %s', (error, fields) => {
    expect(parseCall(buildRecord(fields), expected)).toEqual({
      ignored: 'failed-call',
      detail: `OpenInstancePublicPorts: ${error}`,
    });
  });

  test('that is ignored has a detail of at most 200 characters', () => {
    const parsed = parseCall(buildRecord({ eventName: 'x'.repeat(290) }), expected);
    expect(parsed).toEqual({ ignored: 'unknown-event', detail: `eventName ${'x'.repeat(190)}` });
  });

  test('has texts without the blanks around them', () => {
    const record = buildRecord({ userAgent: '  aws-cli/2.31.0 ', eventID: ' e1 ' });
    expect(parseCall(record, expected)).toEqual(parsedCall);
  });

  test.each([
    ['userIdentity', { by: 'an actor that the record does not name', arn: null }],
    ['sourceIPAddress', { sourceIpAddress: null }],
    ['userAgent', { userAgent: null, through: null }],
    ['responseElements', {}],
    ['requestParameters', { portInfos: null }],
    ['recipientAccountId', {}],
    ['requestID', {}],
    ['eventVersion', {}],
    ['eventType', {}],
    ['readOnly', {}],
  ])('is accepted without %s', (field, difference) => {
    for (const missing of [undefined, null, 17, '']) {
      const parsed = parseCall({ ...buildRecord(), [field]: missing }, expected);
      if (field === 'recipientAccountId' && missing === 17) expect(parsed).toMatchObject(parsedCall);
      else expect(parsed).toEqual({ ...parsedCall, ...difference });
    }
  });

  test('with one failed operation of several is accepted: the other operations changed something', () => {
    const operations = [
      { resourceName: 'web-1', status: 'Failed' },
      { resourceName: 'web-2', status: 'Succeeded' },
    ];
    for (const list of [operations, operations.toReversed()])
      expect(parseCall(buildRecord({ responseElements: { operations: list } }), expected)).toEqual(parsedCall);
    const failed = operations.map((operation) => ({ ...operation, status: 'Failed' }));
    expect(ignoredAs(buildRecord({ responseElements: { operations: failed } }))).toBe('failed-call');
  });

  test('has rules only if the call is about rules', () => {
    const requestParameters = { resourceName: 'web-1', portInfo: rule, portInfos: [rule] };
    const record = buildRecord({ eventName: 'SetIpAddressType', requestParameters });
    expect(parseCall(record, expected)).toMatchObject({ portInfos: null });
  });

  test('has no known rules if these are not objects', () => {
    for (const portInfo of ['HIDDEN_DUE_TO_SECURITY_REASONS', null, [rule], undefined]) {
      const record = buildRecord({ requestParameters: { instanceName: 'web-1', portInfo } });
      expect(parseCall(record, expected)).toMatchObject({ portInfos: null });
    }
    const eventName = 'PutInstancePublicPorts';
    for (const portInfos of [[rule, 'hidden'], {}, null, 'hidden']) {
      const record = buildRecord({ eventName, requestParameters: { instanceName: 'web-1', portInfos } });
      expect(parseCall(record, expected)).toMatchObject({ portInfos: null });
    }
  });

  test('without an id gets one that is the same for its copies and for no other call', () => {
    const idOf = (fields: Fields) => {
      const parsed = parseCall(buildRecord({ eventID: undefined, ...fields }), expected);
      return isIgnored(parsed) ? null : parsed.eventId;
    };
    expect(idOf({})).toMatch(/^sha256:[0-9a-f]{32}$/);
    expect(idOf({})).toBe(idOf({ requestID: 'other' }));
    expect(idOf({})).not.toBe(idOf({ eventTime: '2026-11-23T10:01:04Z' }));
  });

  test('without a region belongs to the region of the lookup', () => {
    const record = buildRecord({ awsRegion: undefined });
    expect(parseCall(record, { account, region: 'ap-south-1' })).toMatchObject({ region: 'ap-south-1' });
    expect(ignoredAs(record)).toBe('unreadable');
  });

  test('is cut where its texts are too long', () => {
    const parsed = parseCall(buildRecord({ userAgent: 'x'.repeat(100_000), eventID: 'y'.repeat(9_000) }), expected);
    expect(JSON.stringify(parsed).length).toBeLessThan(2_000);
  });

  test('with any content is parsed or ignored, never an error', () => {
    const names = [...Object.keys(buildRecord()), 'errorCode'];
    const odd = fc.oneof(fc.anything(), fc.constantFrom(...watchedCalls, 'lightsail.amazonaws.com'), fc.object());
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), odd), (fields) => {
        const parsed = parseCall({ ...buildRecord(), ...fields }, expected);
        expect(isIgnored(parsed) || parsed.instanceNames.length > 0).toBe(true);
        const event = parseEvent(buildEvent({ ...buildRecord(), ...fields }), expected);
        expect(isIgnored(event) || event.instanceNames.length > 0).toBe(true);
      }),
      { numRuns: depth({ quick: 200, full: 1_000 }) },
    );
  });
});
