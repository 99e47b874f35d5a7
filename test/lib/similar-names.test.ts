import { expect, test } from '@jest/globals';
import { findSimilarNames } from '../../lib/similar-names.ts';

const names = ['web-1', 'web-2', 'db-1', 'prod-api', 'bastion'];

test.each([
  ['wbe-1', ['web-1']],
  ['WEB-1', ['web-1', 'web-2']],
  ['web', ['web-1', 'web-2']],
  ['api', ['prod-api']],
  ['bastoin', ['bastion']],
  ['bd-1', ['db-1']],
  ['xyz', []],
  ['w', []],
  ['', []],
])('somebody who typed %j may have meant %j', (wanted, meant) => {
  expect(findSimilarNames(wanted, names)).toEqual(meant);
});

test('three names are enough, each once', () => {
  expect(findSimilarNames('web-9', ['web-4', 'web-3', 'web-1', 'web-2', 'web-1'])).toEqual(['web-1', 'web-2', 'web-3']);
});
