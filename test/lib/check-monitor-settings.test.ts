import { describe, expect, test } from '@jest/globals';
import { Token } from 'aws-cdk-lib';
import { defaultSettings, type MonitorSettingsInput, parseSettings } from '../../lambda/contract/settings.ts';
import { checkMonitorSettings } from '../../lib/check-monitor-settings.ts';
import { renderSettings } from '../../lib/monitor-settings.ts';

const defaults = {
  ...defaultSettings(),
  logRetentionDays: 90,
  keepLogs: false,
  kmsKeyArn: null,
  vpc: null,
  permissionsBoundary: null,
  namePrefix: null,
  runbookUrl: null,
};

describe('the settings of the construct', () => {
  test('are the defaults when nothing is given, or undefined, or null', () => {
    expect(checkMonitorSettings({})).toEqual(defaults);
    expect(checkMonitorSettings({ regions: null, attribution: undefined })).toEqual(defaults);
  });

  test('are checked all at once, with the messages of the configuration', () => {
    const given: MonitorSettingsInput = { scanEveryMinutes: 1441, highRiskPorts: [22, 70_000] };
    expect(() => checkMonitorSettings(given)).toThrow(
      [
        'The configuration has 2 problem(s):',
        '  - scanEveryMinutes: got 1441, expected a whole number of minutes from 1 to 1440. The default is 5.',
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

  test('P5: can not name a region that Lightsail does not have', () => {
    expect(() => checkMonitorSettings({ regions: ['eu-wst-1'] })).toThrow(
      'regions.0: got "eu-wst-1", expected a region of Lightsail. Did you mean eu-west-1?',
    );
  });

  test('are read by the functions as they were written', () => {
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
    expect(settings).toMatchObject(parseSettings(JSON.parse(renderSettings(settings))).data ?? {});
  });
});
