import { describe, expect, test } from '@jest/globals';
import { environmentKeys } from '../../lambda/contract/deployed-names.ts';
import { defaultSettings } from '../../lambda/contract/settings-schema.ts';
import { parseScanEnvironment } from '../../lambda/handlers/environment.ts';

const { account, alertTopicArn, channels, settings, table } = environmentKeys;
const others = { AWS_REGION: 'eu-west-1', [account]: '123456789012', [table]: 't', [alertTopicArn]: 'a' };
const parse = (text: string) => parseScanEnvironment({ ...others, [settings]: text });

describe('the environment of the function', () => {
  test('has the settings, with the default of each setting that is left out', () => {
    expect(parse('{"name":"prod","scanEveryMinutes":10}')).toEqual({
      settings: { ...defaultSettings(), account: '123456789012', name: 'prod', scanEveryMinutes: 10 },
      tableName: 't',
      alertTopicArn: 'a',
      channels: [],
      homeRegion: 'eu-west-1',
    });
  });

  test("without a name, has the account's number in its place", () => {
    expect(parse('{}').settings.name).toBe('123456789012');
  });

  test('has each missing variable reported', () => {
    expect(() => parseScanEnvironment({ [settings]: '{}' })).toThrow(
      /PORTWATCH_ACCOUNT: .*PORTWATCH_ALERT_TOPIC_ARN: .*PORTWATCH_TABLE: .*AWS_REGION: /,
    );
  });

  test('has settings that are no JSON reported', () => {
    expect(() => parse('no json')).toThrow('PORTWATCH_SETTINGS: expected JSON, got "no json"; deploy again');
    expect(() => parse('no json')).toThrow(expect.objectContaining({ cause: expect.any(SyntaxError) }));
    expect(() => parse('x'.repeat(61))).toThrow(`expected JSON, got "${'x'.repeat(60)}"; deploy again`);
  });

  test('has the channels that the deployment wrote, and refuses anything else', () => {
    const list = [{ name: 'events', functionName: 'f', topicArn: 't' }];
    const withChannels = (text: string) =>
      parseScanEnvironment({ ...others, [settings]: '{}', [channels]: text }).channels;
    expect(withChannels(JSON.stringify(list))).toEqual(list);
    for (const text of ['no json', '{}', '[{"name":"other","functionName":"f","topicArn":null}]'])
      expect(() => withChannels(text)).toThrow('The list of channels is not what `cdk deploy` writes; deploy again.');
  });

  test('has each wrong setting reported', () => {
    expect(() => parse('{"alertFrom":"loud","tellGapAfterScans":0}')).toThrow(
      /^PORTWATCH_SETTINGS is not what `cdk deploy` writes there; deploy again\. .*alertFrom: .*tellGapAfterScans: /,
    );
  });
});
