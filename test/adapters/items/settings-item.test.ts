import { expect, test } from '@jest/globals';
import { fromSettingsItem, toSettingsItem } from '../../../lambda/adapters/items/settings-item.ts';
import { defaultSettings, effectiveSettings } from '../../../lambda/contract/settings-schema.ts';
import { defaultRatingPolicy } from '../../../lambda/firewall/index.ts';
import { ItemError } from '../../../lambda/history/read-errors.ts';

const account = '123456789012';
const at = '2026-11-23T10:05:02.120Z';
const expected = [{ instance: 'build-*', ports: { from: 8000, to: 8010 }, reason: 'the pipeline' }];
const settings = effectiveSettings({ ...defaultSettings(), name: 'prod', regions: ['eu-west-1'], expected });
const item = toSettingsItem(account, { at, hash: 'h-1', settings });

test('the settings are stored whole, the high-risk ports written out, and read back as they were', () => {
  expect(item).toEqual({ pk: 'SETTINGS#123456789012', sk: at, schema: 1, hash: 'h-1', settings });
  expect(settings).toMatchObject({ scanEveryMinutes: 5, alertFrom: 'low' });
  expect(settings.highRiskPorts).toEqual(defaultRatingPolicy.highRiskPorts.toSorted((a, b) => a - b));
  expect(fromSettingsItem(item)).toEqual({ at, hash: 'h-1', settings });
});

test('the fields of a scan that are no settings are not stored', () => {
  const ofScan = { ...defaultSettings(), account, name: 'prod' };
  expect(effectiveSettings(ofScan)).not.toHaveProperty('account');
});

test('settings that an earlier version did not have take their defaults, and those of a later one are ignored', () => {
  const { attributedAlerts: _, ...fewer } = settings;
  const read = fromSettingsItem({ ...item, settings: { ...fewer, ofTomorrow: 1 } });
  expect(read.settings).toEqual({ ...settings, attributedAlerts: true });
});

test.each([
  ['of a later schema', { ...item, schema: 2 }, 'has schema 2'],
  ['without a hash', { ...item, hash: undefined }, 'can not be read: hash'],
  ['with a port that is none', { ...item, settings: { ...settings, highRiskPorts: [70_000] } }, 'highRiskPorts'],
  ['without settings', { ...item, settings: undefined }, 'can not be read'],
])('an item %s is refused', (_, damaged, words) => {
  expect(() => fromSettingsItem(damaged)).toThrow(ItemError);
  expect(() => fromSettingsItem(damaged)).toThrow(words);
});
