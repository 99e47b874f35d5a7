/** The rows of `portwatch doctor` about the trails of CloudTrail. */
import { describe, expect, test } from '@jest/globals';
import type { FieldSelector } from '../../../cli/aws/monitor/read-trails.ts';
import { decideCoverage, decideTrail, type TrailFacts } from '../../../cli/commands/doctor/decide/decide-trails.ts';
import type { RowStatus } from '../../../cli/commands/doctor/row.ts';
import { place } from './samples.ts';

describe('trails', () => {
  const management: FieldSelector = { field: 'eventCategory', conditions: { Equals: ['Management'] } };
  const with_ = (...more: FieldSelector[]) => ({ basic: [], advanced: [[management, ...more]] });

  test.each<[string, Parameters<typeof decideCoverage>[0], ReturnType<typeof decideCoverage>]>([
    ['all events', { basic: [{ readWrite: 'All', hasManagementEvents: true }], advanced: [] }, 'all'],
    ['only writes', { basic: [{ readWrite: 'WriteOnly', hasManagementEvents: true }], advanced: [] }, 'all'],
    ['only reads', { basic: [{ readWrite: 'ReadOnly', hasManagementEvents: true }], advanced: [] }, 'none'],
    ['no management events', { basic: [{ readWrite: 'All', hasManagementEvents: false }], advanced: [] }, 'none'],
    ['no selectors', { basic: [], advanced: [] }, 'all'],
    ['all, advanced', with_(), 'all'],
    [
      'only data events, advanced',
      { basic: [], advanced: [[{ field: 'eventCategory', conditions: { Equals: ['Data'] } }]] },
      'none',
    ],
    ['only reads, advanced', with_({ field: 'readOnly', conditions: { Equals: ['true'] } }), 'none'],
    ['only writes, advanced', with_({ field: 'readOnly', conditions: { Equals: ['false'] } }), 'all'],
    ['not KMS', with_({ field: 'eventSource', conditions: { NotEquals: ['kms.amazonaws.com'] } }), 'all'],
    ['not Lightsail', with_({ field: 'eventSource', conditions: { NotEquals: ['lightsail.amazonaws.com'] } }), 'none'],
    ['not light…', with_({ field: 'eventSource', conditions: { NotStartsWith: ['light'] } }), 'none'],
    ['no …amazonaws.com', with_({ field: 'eventSource', conditions: { NotEndsWith: ['.amazonaws.com'] } }), 'none'],
    ['only Put…', with_({ field: 'eventName', conditions: { StartsWith: ['Put'] } }), 'some'],
    ['…Ports', with_({ field: 'eventName', conditions: { EndsWith: ['Ports'] } }), 'some'],
    ['an operator of a later version', with_({ field: 'eventName', conditions: {} }), 'some'],
    ['not one role', with_({ field: 'userIdentity.arn', conditions: { NotEquals: ['arn:a'] } }), 'some'],
    [
      'Put…, and the others',
      {
        basic: [],
        advanced: [with_({ field: 'eventName', conditions: { StartsWith: ['Put'] } }).advanced[0] ?? [], [management]],
      },
      'all',
    ],
  ])('%s', (_, selectors, coverage) => {
    expect(decideCoverage(selectors)).toBe(coverage);
  });

  const good: TrailFacts = {
    arn: 'arn:t/a',
    homeRegion: 'eu-west-1',
    isLogging: true,
    selectors: with_(),
    problem: null,
  };
  const stopped = { ...good, arn: 'arn:t/b', isLogging: false };
  const unread = {
    ...good,
    arn: 'arn:t/c',
    isLogging: 'unknown',
    selectors: 'unknown',
    problem: 'TrailNotFoundException',
  } as const;

  test.each<[string, TrailFacts[], RowStatus, RegExp]>([
    ['one that logs', [stopped, unread, good], 'ok', /^the trail a logs management events$/],
    [
      'one that could not be read',
      [stopped, unread],
      'unknown',
      /^not known: the trail c could not be read \(TrailNotFoundException\)$/,
    ],
    ['one that stopped', [stopped], 'warning', /^the trail b has stopped logging: no event reaches Portwatch/],
    [
      'one that lets some calls through',
      [{ ...good, selectors: with_({ field: 'eventName', conditions: { StartsWith: ['Put'] } }) }],
      'warning',
      /^the advanced selectors of the trail a let only some calls through/,
    ],
    ['none', [], 'warning', /^no trail covers the region/],
  ])('%s', (_, trails, status, found) => {
    expect(decideTrail({ region: 'eu-west-1', trails, isForwarded: true }, place)).toMatchObject({
      status,
      found: expect.stringMatching(found),
    });
  });
});
