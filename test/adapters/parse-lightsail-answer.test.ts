import { describe, expect, test } from '@jest/globals';
import { parseInstancesPage, parsePortStates, parseRegions } from '../../lambda/adapters/parse-lightsail-answer.ts';
import { ReadError } from '../../lambda/history/read-errors.ts';

describe('the regions', () => {
  test('have a name each, once; those that are not understood are null, once', () => {
    const regions = [
      { name: 'eu-west-1' },
      { name: '' },
      {},
      null,
      'text',
      { name: 7 },
      { name: 'us-east-1' },
      { name: 'eu-west-1' },
    ];
    expect(parseRegions({ regions })).toEqual(['eu-west-1', null, 'us-east-1']);
    expect(parseRegions({ regions: regions.slice(-2) })).toEqual(['us-east-1', 'eu-west-1']);
  });

  test.each([[{ regions: [] }], [{ regions: [null, {}] }]])('%j names no region, which is an error', (answer) => {
    expect(() => parseRegions(answer)).toThrow(new ReadError('invalid-answer', 'GetRegions named no region'));
  });
});

describe('a page of instances', () => {
  const nobody = { arn: null, publicIpAddress: null, ipv6Addresses: [], ipAddressType: null, blueprintId: null };

  test.each([
    ['null', null],
    ['a text', 'web-1'],
    ['an empty object', {}],
    [
      'fields of other types',
      { name: 7, arn: [], publicIpAddress: '', ipv6Addresses: '2001:db8::1', ipAddressType: null },
    ],
  ])('lists %s as an instance without a name', (_, instance) => {
    expect(parseInstancesPage({ instances: [instance] })).toEqual({
      instances: [{ name: null, facts: nobody }],
      nextPageToken: null,
    });
  });

  test('has the facts of each instance, and leaves out addresses that are no text', () => {
    const facts = { arn: 'arn', publicIpAddress: '203.0.113.9', ipAddressType: 'ipv4', blueprintId: 'debian_12' };
    const instance = { name: 'web-1', ...facts, ipv6Addresses: ['2001:db8::1', null, 7], more: true };
    expect(parseInstancesPage({ instances: [instance], nextPageToken: 'next' })).toEqual({
      instances: [{ name: 'web-1', facts: { ...facts, ipv6Addresses: ['2001:db8::1'] } }],
      nextPageToken: 'next',
    });
  });

  test.each([null, undefined, ''])('with the token %p is the last one', (nextPageToken) => {
    expect(parseInstancesPage({ instances: [], nextPageToken }).nextPageToken || null).toBeNull();
  });

  test.each([7, {}, false])('with the token %p is an error, and not the last one', (nextPageToken) => {
    expect(() => parseInstancesPage({ instances: [], nextPageToken })).toThrow(
      new ReadError('invalid-answer', `GetInstances: nextPageToken is ${typeof nextPageToken}, expected a string`),
    );
  });
});

test.each([
  [{}, 'nothing'],
  [undefined, 'nothing'],
  ['text', 'nothing'],
  [null, 'nothing'],
  [{ portStates: null }, 'null'],
  [{ portStates: 'open' }, 'string'],
  [{ portStates: {} }, 'object'],
])('%j holds no list of rules, and the error says what it holds', (answer, got) => {
  expect(() => parsePortStates(answer)).toThrow(
    new ReadError('invalid-answer', `GetInstancePortStates: expected a list in portStates, got ${got}`),
  );
});

test('rules are kept as they came', () => {
  const portStates = [{ protocol: 'tcp', more: [1] }, null, 'text'];
  expect(parsePortStates({ portStates })).toEqual(portStates);
});

test('P4: rules with a page token are a part, and a part is an error', () => {
  expect(() => parsePortStates({ portStates: [], nextPageToken: 'next' })).toThrow(
    new ReadError(
      'invalid-answer',
      'GetInstancePortStates: got a part of the rules and a nextPageToken, expected all rules',
    ),
  );
  expect(parsePortStates({ portStates: [], nextPageToken: null })).toEqual([]);
});
