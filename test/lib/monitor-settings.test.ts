import { describe, expect, test } from '@jest/globals';
import { Token } from 'aws-cdk-lib';
import { defaultSettings, type MonitorSettingsInput, parseSettings } from '../../lambda/contract/settings.ts';
import { checkMonitorSettings, findConflicts, renderSettings } from '../../lib/monitor-settings.ts';

describe('the settings of the construct', () => {
  test('are the defaults when nothing is given, or undefined, or null', () => {
    expect(checkMonitorSettings({})).toEqual(defaultSettings());
    expect(checkMonitorSettings({ regions: null, attribution: undefined })).toEqual(defaultSettings());
  });

  test('are checked all at once, with the messages of the configuration', () => {
    const given: MonitorSettingsInput = { scanEveryMinutes: 1441, highRiskPorts: [22, 70_000] };
    expect(() => checkMonitorSettings(given)).toThrow(
      [
        'The configuration has 2 problem(s):',
        '  - scanEveryMinutes: got 1441, expected a whole number of minutes from 1 to 1440. Leave the key out for 5.',
        '  - highRiskPorts.1: got 70000, expected a port from 0 to 65535. Correct it or take it out of the list.',
      ].join('\n'),
    );
  });

  test('can have a token as the name, and nowhere else', () => {
    const name = Token.asString({ Ref: 'Name' });
    expect(checkMonitorSettings({ name }).name).toBe(name);
    const tokens: MonitorSettingsInput[] = [
      { scanEveryMinutes: Token.asNumber({ Ref: 'Minutes' }) },
      { regions: Token.asList({ Ref: 'Regions' }) },
      { alertFrom: Token.asString({ Ref: 'Severity' }) as 'low' },
    ];
    for (const given of tokens) expect(() => checkMonitorSettings(given)).toThrow(/ - \w+: got a token, expected .+\./);
  });
});

describe('the text for the environment of the functions', () => {
  test('has the settings of the monitor that have a value, and nothing else', () => {
    const config = { ...defaultSettings(), regions: ['eu-west-1'], email: ['you@example.com'], tags: {} };
    expect(JSON.parse(renderSettings(config))).toEqual({
      scanEveryMinutes: 5,
      regions: ['eu-west-1'],
      alertFrom: 'low',
      expected: [],
      weeklyDigest: true,
      tellGapAfterScans: 2,
      attribution: true,
      attributedAlerts: true,
      eventPath: true,
      eventRegions: [],
    });
  });

  test('is read by the functions as it was written', () => {
    const given: MonitorSettingsInput = {
      name: 'prod',
      scanEveryMinutes: 10,
      regions: ['us-east-1', 'eu-west-1'],
      alertFrom: 'high',
      expected: [{ instance: 'ci-*', ports: '8000-8010', reason: 'r' }],
      weeklyDigest: false,
      tellGapAfterScans: 3,
      keepHistoryDays: 30,
      highRiskPorts: [3389, 22],
      attribution: false,
      attributedAlerts: false,
      eventPath: true,
      eventRegions: ['us-east-1'],
    };
    const settings = checkMonitorSettings(given);
    expect(settings.regions).toEqual(['eu-west-1', 'us-east-1']);
    expect(parseSettings(JSON.parse(renderSettings(settings))).data).toEqual(settings);
  });
});

describe('settings that are each valid, but not in combination', () => {
  test('are more than 3,072 bytes', () => {
    const expected = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ instance: `web-${index}`, reason: 'x'.repeat(60) }));
    expect(findConflicts({ ...defaultSettings(), expected: expected(20) })).toEqual([]);
    expect(findConflicts({ ...defaultSettings(), expected: expected(40) })).toEqual([
      expect.stringMatching(/^expected: got settings of \d{4} bytes, expected at most 3072, since Lambda allows/),
    ]);
  });

  test('are regions whose events are forwarded, but that are not watched', () => {
    const regions = { regions: ['eu-west-1'], eventRegions: ['eu-west-1', 'us-east-1'] };
    expect(findConflicts({ ...defaultSettings(), ...regions })).toEqual([
      'eventRegions: got ["eu-west-1","us-east-1"], expected only regions that are watched. Add us-east-1 to regions, or take it out here.',
    ]);
    expect(findConflicts({ ...defaultSettings(), eventRegions: ['us-east-1'] })).toEqual([]);
  });

  test('are regions whose events are forwarded, without the event path', () => {
    expect(findConflicts({ ...defaultSettings(), eventPath: false, eventRegions: ['us-east-1'] })).toEqual([
      'eventRegions: got ["us-east-1"], expected none with eventPath false. Leave one of the two keys out.',
    ]);
  });
});
