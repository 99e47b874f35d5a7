import { describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../lib/parse-config.ts';
import { renderSettings } from '../../lib/render-settings.ts';
import { settingDefaults } from '../contract/default-settings.ts';

const defaults = parseConfig({ file: null, commandLine: {} });

describe('the text for the environment of the functions', () => {
  test('has the settings of the monitor that have a value, and nothing else', () => {
    const config = { ...defaults, regions: ['eu-west-1'], email: ['you@example.com'], tags: {} };
    expect(JSON.parse(renderSettings(config))).toEqual({
      ...settingDefaults,
      regions: ['eu-west-1'],
    });
  });
});
