import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isIgnored } from '../../lambda/attribution/ignored-record.ts';
import { parseEvent } from '../../lambda/attribution/parse-call-event.ts';
import { parseCall } from '../../lambda/attribution/parse-call-record.ts';
import { watchedCalls } from '../../lambda/firewall/watched-calls.ts';
import { account, alice, buildEvent, buildRecord, type Fields, region } from './records.ts';

const expected = { account, now: Date.parse('2026-11-23T10:06:00Z') };
const rule = { fromPort: 22, toPort: 22, protocol: 'tcp', cidrs: ['0.0.0.0/0'], ipv6Cidrs: ['::/0'] };
const call = {
  eventId: 'e1',
  at: '2026-11-23T10:01:03.000Z',
  account,
  region,
  name: 'OpenInstancePublicPorts',
  instanceNames: ['web-1'],
  portInfos: [rule],
  ipAddressType: null,
  by: 'IAM user alice',
  arn: alice.arn,
  sourceIpAddress: '198.51.100.7',
  userAgent: 'aws-cli/2.31.0',
  through: 'api',
};

const ignoredAs = (record: unknown) => {
  const parsed = parseCall(record, expected);
  return isIgnored(parsed) ? parsed.ignored : parsed;
};

describe('a record of a call', () => {
  test('says who asked for what, of which instance, when and from where', () => {
    expect(parseCall(buildRecord(), expected)).toEqual(call);
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
  ])('is ignored, as %s', (reason, record) => {
    expect(ignoredAs(record)).toBe(reason);
  });

  test('clocks may differ by some minutes', () => {
    expect(parseCall(buildRecord({ eventTime: '2026-11-23T10:09:00Z' }), expected)).toMatchObject({ name: call.name });
  });

  test.each([
    ['userIdentity', { by: 'somebody whom the record does not name', arn: null }],
    ['sourceIPAddress', { sourceIpAddress: null }],
    ['userAgent', { userAgent: null, through: null }],
    ['responseElements', {}],
    ['requestParameters', { portInfos: null }],
    ['recipientAccountId', {}],
    ['requestID', {}],
    ['eventVersion', {}],
    ['eventType', {}],
    ['readOnly', {}],
  ])('without %s is read all the same, and what is missing is said to be', (field, difference) => {
    for (const missing of [undefined, null, 17, '']) {
      const parsed = parseCall({ ...buildRecord(), [field]: missing }, expected);
      if (field === 'recipientAccountId' && missing === 17) expect(parsed).toMatchObject(call);
      else expect(parsed).toEqual({ ...call, ...difference });
    }
  });

  test('rules that are no objects are rules that the record does not tell', () => {
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

  test('without an id has the same one in every copy, and another than another call', () => {
    const idOf = (fields: Fields) => {
      const parsed = parseCall(buildRecord({ eventID: undefined, ...fields }), expected);
      return isIgnored(parsed) ? null : parsed.eventId;
    };
    expect(idOf({})).toMatch(/^sha256:[0-9a-f]{32}$/);
    expect(idOf({})).toBe(idOf({ requestID: 'other' }));
    expect(idOf({})).not.toBe(idOf({ eventTime: '2026-11-23T10:01:04Z' }));
  });

  test('that names no region is of the one where it was looked up', () => {
    const record = buildRecord({ awsRegion: undefined });
    expect(parseCall(record, { account, region: 'ap-south-1' })).toMatchObject({ region: 'ap-south-1' });
    expect(ignoredAs(record)).toBe('unreadable');
  });

  test('endless text is cut', () => {
    const parsed = parseCall(buildRecord({ userAgent: 'x'.repeat(100_000), eventID: 'y'.repeat(9_000) }), expected);
    expect(JSON.stringify(parsed).length).toBeLessThan(2_000);
  });

  test('whatever stands in it, it is read or ignored, never an error', () => {
    const names = [...Object.keys(buildRecord()), 'errorCode'];
    const odd = fc.oneof(fc.anything(), fc.constantFrom(...watchedCalls, 'lightsail.amazonaws.com'), fc.object());
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), odd), (fields) => {
        const parsed = parseCall({ ...buildRecord(), ...fields }, expected);
        if (!isIgnored(parsed)) expect(parsed.instanceNames.length).toBeGreaterThan(0);
        const event = parseEvent(buildEvent({ ...buildRecord(), ...fields }), expected);
        expect(typeof event).toBe('object');
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('an event', () => {
  const reasonOf = (event: unknown) => {
    const parsed = parseEvent(event, expected);
    return isIgnored(parsed) ? parsed.ignored : parsed;
  };

  test('brings the call', () => {
    expect(parseEvent(buildEvent(), expected)).toEqual(call);
  });

  test('forwarded from another region is of that region', () => {
    const event = buildEvent(buildRecord({ awsRegion: 'us-east-1' }), { region: 'us-east-1' });
    expect(parseEvent(event, expected)).toEqual({ ...call, region: 'us-east-1' });
    const bare = buildEvent(buildRecord({ awsRegion: undefined }), { region: 'us-east-1' });
    expect(parseEvent(bare, expected)).toEqual({ ...call, region: 'us-east-1' });
  });

  test('says when it happened where the record does not', () => {
    expect(parseEvent(buildEvent(buildRecord({ eventTime: undefined })), expected)).toEqual(call);
  });

  test.each([
    ['other-source', buildEvent(buildRecord(), { source: 'my.lightsail' })],
    ['other-source', buildEvent(buildRecord(), { source: 'aws.lightsail.evil' })],
    ['other-source', buildEvent(buildRecord({ eventSource: 'evil.amazonaws.com' }))],
    ['unknown-event', buildEvent(buildRecord(), { 'detail-type': 'Scheduled Event' })],
    ['unknown-event', buildEvent(buildRecord(), { 'detail-type': undefined })],
    ['other-account', buildEvent(buildRecord(), { account: '999999999999' })],
    ['other-account', buildEvent(buildRecord(), { account: undefined })],
    ['other-account', buildEvent(buildRecord({ recipientAccountId: '999999999999' }))],
    ['unreadable', buildEvent(buildRecord(), { region: 'us-east-1' })],
    ['unreadable', buildEvent(null)],
    ['unreadable', buildEvent('text')],
    ['unreadable', null],
    ['unreadable', 42],
    ['from-the-future', buildEvent(buildRecord({ eventTime: '2031-01-01T00:00:00Z' }))],
  ])('is ignored, as %s', (reason, event) => {
    expect(reasonOf(event)).toBe(reason);
  });
});
