import { describe, expect, test } from '@jest/globals';
import {
  attributionKey,
  callStateKey,
  departedKey,
  entryKey,
  instantOf,
  isAttribution,
  isEntry,
  isMonitorRecord,
  leaseKey,
  scanKey,
  settingsKey,
  stateKey,
} from '../../lambda/contract/table-keys.ts';

const account = '123456789012';
const at = '2026-11-23T10:05:02.120Z';
const web1 = { account, region: 'eu-west-1', instanceName: 'web-1' };
const wholeRegion = { ...web1, instanceName: null };

describe('the keys of the snapshot table', () => {
  test.each([
    ['latest state of an instance', stateKey(web1), { pk: 'FLEET#123456789012', sk: 'eu-west-1#web-1' }],
    ['latest state of a region', stateKey(wholeRegion), { pk: 'FLEET#123456789012', sk: 'eu-west-1#' }],
    ['lease', leaseKey(account), { pk: 'FLEET#123456789012', sk: '!scan' }],
    ['state of the lookups of API calls', callStateKey(account), { pk: 'FLEET#123456789012', sk: '!calls' }],
    ['entry of an instance', entryKey(web1, at), { pk: 'INSTANCE#123456789012#eu-west-1#web-1', sk: at }],
    ['entry of a region', entryKey(wholeRegion, at), { pk: 'REGION#123456789012#eu-west-1', sk: at }],
    ['attribution', attributionKey(web1, at), { pk: 'INSTANCE#123456789012#eu-west-1#web-1', sk: `${at}#by` }],
    ['deleted instance', departedKey(web1, at), { pk: 'GONE#123456789012', sk: `eu-west-1#web-1#${at}` }],
    ['scan', scanKey(account, at), { pk: 'SCANS#123456789012', sk: at }],
    ['settings', settingsKey(account, at), { pk: 'SETTINGS#123456789012', sk: at }],
  ])('%s', (_, key, expected) => {
    expect(key).toEqual(expected);
  });

  test('the monitor’s own records, entries and attributions are known by their sort keys', () => {
    expect(isMonitorRecord(leaseKey(account))).toBe(true);
    expect(isMonitorRecord(stateKey(web1))).toBe(false);
    expect(isEntry(entryKey(web1, at))).toBe(true);
    expect(isEntry(attributionKey(web1, at))).toBe(false);
    expect(isAttribution(attributionKey(web1, at))).toBe(true);
    expect(isAttribution(entryKey(web1, at))).toBe(false);
    expect(instantOf(attributionKey(web1, at))).toBe(at);
  });
});
