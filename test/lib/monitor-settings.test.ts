import { describe, expect, test } from '@jest/globals';
import { findConflicts, renderSettings } from '../../lib/monitor-settings.ts';
import { parseConfig } from '../../lib/parse-config.ts';

const defaults = parseConfig({ file: null, commandLine: {} });

describe('the text for the environment of the functions', () => {
  test('has the settings of the monitor that have a value, and nothing else', () => {
    const config = { ...defaults, regions: ['eu-west-1'], email: ['you@example.com'], tags: {} };
    expect(JSON.parse(renderSettings(config))).toEqual({
      scanEveryMinutes: 5,
      regions: ['eu-west-1'],
      alertFrom: 'low',
      expected: [],
      approved: [],
      approvalsByCommand: true,
      approvedClosingAlerts: true,
      reminders: 'auto',
      remindCriticalEveryDays: 1,
      remindHighEveryDays: 7,
      weeklyDigest: true,
      tellGapAfterScans: 2,
      attribution: true,
      attributedAlerts: true,
      eventPath: true,
      eventRegions: [],
      memberRoleName: 'PortwatchMember',
    });
  });
});

describe('settings that are each valid, but not in combination', () => {
  test('are more than 3,072 bytes', () => {
    const expected = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ instance: `web-${index}`, reason: 'x'.repeat(60) }));
    expect(findConflicts({ ...defaults, expected: expected(20) })).toEqual([]);
    expect(findConflicts({ ...defaults, expected: expected(40) })).toEqual([
      expect.stringMatching(/^expected: got settings of \d{4} bytes, expected at most 3072, since Lambda allows/),
    ]);
    const approved = expected(40).map((entry) => ({ ...entry, protocol: 'tcp', sources: ['198.51.100.0/24'] }));
    expect(findConflicts({ ...defaults, approved })).toEqual([
      expect.stringMatching(/^approved: got settings of \d{4} bytes, .* or approve with the command line\.$/),
    ]);
  });

  test('are regions whose events are forwarded, but that are not watched', () => {
    const regions = { regions: ['eu-west-1'], eventRegions: ['eu-west-1', 'us-east-1'] };
    expect(findConflicts({ ...defaults, ...regions })).toEqual([
      'eventRegions: got ["eu-west-1","us-east-1"], expected only regions that are watched. Add us-east-1 to regions, or take it out here.',
    ]);
    expect(findConflicts({ ...defaults, eventRegions: ['us-east-1'] })).toEqual([]);
  });

  test('are regions whose events are forwarded, without the event path', () => {
    expect(findConflicts({ ...defaults, eventPath: false, eventRegions: ['us-east-1'] })).toEqual([
      'eventRegions: got ["us-east-1"], expected none with eventPath false. Leave one of the two keys out.',
    ]);
  });
});
