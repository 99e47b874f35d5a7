import { expect, test } from '@jest/globals';
import { describesCall, namesPort, parseTrailRecord } from '../../../cli/live-check/trail-records.ts';

const caller = 'arn:aws:iam::111122223333:user/alice';
const parse = (record: unknown) => parseTrailRecord(record, 'spare', caller);

test.each([
  ['a record of another instance', { requestParameters: { instanceName: 'web-1' }, userIdentity: { arn: caller } }],
  ['a record by somebody else that names no instance', { requestParameters: null, userIdentity: { arn: 'arn:other' } }],
  ['a record of nobody', {}],
  ['no object', 'text'],
])('%s is not one of the check', (_title, record) => {
  expect(parse(record)).toBeNull();
});

test('a record of the instance, and one of the caller that names no instance, are', () => {
  expect(parse({ requestParameters: { instanceName: 'spare' } })).toMatchObject({ arn: null });
  expect(parse({ userIdentity: { arn: caller } })).toMatchObject({ arn: caller });
});

const portInfo = { fromPort: 22, toPort: 22, protocol: 'tcp' as const, cidrs: ['192.0.2.0/25'] };

test('a record describes a call if it has the same ports and sources', () => {
  const record = { eventName: 'OpenInstancePublicPorts', arn: null, requestParameters: { portInfo } };
  expect(describesCall(record, { operation: 'OpenInstancePublicPorts', portInfo })).toBe(true);
  expect(describesCall(record, { operation: 'CloseInstancePublicPorts', portInfo })).toBe(false);
  expect(describesCall(record, { operation: 'OpenInstancePublicPorts', portInfo: { ...portInfo, toPort: 23 } })).toBe(
    false,
  );
  expect(
    describesCall({ ...record, requestParameters: null }, { operation: 'OpenInstancePublicPorts', portInfo }),
  ).toBe(false);
  expect([namesPort(record, 22), namesPort(record, 23), namesPort({ arn: null }, 22)]).toEqual([true, false, false]);
});
