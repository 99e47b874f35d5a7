import { expect, test } from '@jest/globals';
import { renderDuration } from '../../../lambda/firewall/wording/render-duration.ts';

test.each([
  [0, 'about a second'],
  [1.9, 'about a second'],
  [2, '2 seconds'],
  [119, '119 seconds'],
  [120, '2 minutes'],
  [7_199, '120 minutes'],
  [7_200, '2 hours'],
  [47 * 3_600, '47 hours'],
  [172_799, '48 hours'],
  [172_800, '2 days'],
  [864_000, '10 days'],
])('%d seconds are %s', (seconds, text) => {
  expect(renderDuration(seconds)).toBe(text);
});
