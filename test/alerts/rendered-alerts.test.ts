import { expect, test } from '@jest/globals';
import { RenderedAlerts, renderAccount } from '../../lambda/alerts/rendered-alerts.ts';
import { account, changeAlert, context, http, sshToWorld } from './fixtures.ts';

const alert = changeAlert([http], [http, sshToWorld]);

test('an account has its name in parentheses, unless the name is the account id', () => {
  expect(renderAccount({ account, name: 'prod' })).toBe('123456789012 (prod)');
  expect(renderAccount({ account, name: account })).toBe('123456789012');
  expect(renderAccount({ account, name: 'a\nb' })).toBe('123456789012 (a\uFFFDb)');
});

test('each channel has its own text of an alert', () => {
  const rendered = new RenderedAlerts({ ...context, tableRegion: 'eu-west-1' });
  expect(rendered.headline(alert)).toBe('tcp 22 opened to anywhere');
  expect(rendered.mail([alert])).toMatch(
    /^CRITICAL {2}web-1 {2}eu-west-1 {2}203\.0\.113\.10 {3}account 123456789012 \(prod\)\n/,
  );
  expect(rendered.mail([alert])).toContain(
    '\n    aws dynamodb query --region eu-west-1 --table-name Portwatch-SnapshotTable ',
  );
  expect(rendered.slack([alert])).toMatch(/^:rotating_light: \*CRITICAL\* `web-1` {2}eu-west-1 {2}`203\.0\.113\.10`\n/);
});

test('an alert is rendered once, a group of alerts each time', () => {
  const rendered = new RenderedAlerts(context);
  const changing = { ...alert };
  const first = rendered.mail([changing]);
  changing.region = 'us-east-1';
  expect(rendered.mail([changing])).toBe(first);
  expect(rendered.mail([changing, alert])).toContain('  us-east-1  ');
  expect(new RenderedAlerts(context).mail([changing])).toContain('  us-east-1  ');
});
