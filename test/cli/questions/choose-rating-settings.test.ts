import { expect, test } from '@jest/globals';
import { chooseRatingSettings } from '../../../cli/questions/choose-rating-settings.ts';
import { defaultRatingPolicy } from '../../../lambda/firewall/index.ts';

test('severities are rated with the settings that the deployment recorded, or with the defaults', () => {
  expect(chooseRatingSettings({ at: '2026-11-23T10:00:00.000Z', settings: { highRiskPorts: [8080] } })).toEqual({
    settings: 'deployment',
    recordedAt: '2026-11-23T10:00:00.000Z',
    highRiskPorts: [8080],
  });
  expect(chooseRatingSettings(null)).toEqual({ settings: 'defaults', recordedAt: null, ...defaultRatingPolicy });
});
