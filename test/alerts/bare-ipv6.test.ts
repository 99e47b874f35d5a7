/** A bare IPv6 address is one host, wherever it is read or written. */
import { expect, test } from '@jest/globals';
import { matchSources } from '../../cli/report/question/match-sources.ts';
import { RenderedAlerts } from '../../lambda/alerts/rendered-alerts.ts';
import { defaultRatingPolicy, exposureOf, parseNetwork, rateExposure } from '../../lambda/firewall/index.ts';
import { keepWithin, readWidestSource } from '../../lambda/firewall/rating/expected-change-sources.ts';
import { alertsOf, buildChange, changeAlert, context, http, rule } from './fixtures.ts';

const bare = rule('tcp', 22, ['198.51.100.7'], ['2001:DB8::7']);
const host = '2001:db8::7/128';

test('it is parsed as a /128, and written as one', () => {
  const address = 0x20010db8000000000000000000000007n;
  expect(parseNetwork('2001:db8::7')).toEqual({
    family: 6,
    start: address,
    end: address + 1n,
    prefix: 128,
    hasHostBits: false,
  });
  expect(exposureOf({ rules: [bare] }).reach).toEqual([
    { protocol: 'tcp', from: 22, to: 22, sources: ['198.51.100.7/32', host] },
  ]);
});

test('it is rated as one public host', () => {
  expect(rateExposure(exposureOf({ rules: [rule('tcp', 22, [], ['2001:db8::7'])] }), defaultRatingPolicy)).toEqual({
    severity: 'low',
    reason: 'tcp 22 (SSH) is open to one public host',
  });
});

test('it is no change to write it as /128', () => {
  expect(alertsOf(buildChange([bare], [rule('tcp', 22, ['198.51.100.7/32'], [host])]), [bare])).toEqual([]);
});

test('the mail writes it as a /128, the restore command as Lightsail wrote it', () => {
  const alert = changeAlert([http, bare], [http]);
  expect(new RenderedAlerts(context).mail([alert])).toContain(`from 198.51.100.7/32, ${host}`);
  expect(alert.restoreCommand).toContain(`"cidrs":["198.51.100.7"],"ipv6Cidrs":["2001:DB8::7"]`);
});

test('an expected change may name it', () => {
  expect(keepWithin([host, '2001:db8::8/128'], readWidestSource('2001:db8::7')!)).toEqual([host]);
  expect(keepWithin([host, '2001:db8::/127'], readWidestSource('/128')!)).toEqual([host]);
});

test('the report finds it', () => {
  expect(matchSources({ sources: [host] }, '2001:db8::7')).toBe('all');
  expect(matchSources({ sources: [host] }, '2001:db8::8')).toBe('none');
  expect(matchSources({ sources: ['2001:db8::7'] }, '2001:db8::/124')).toBe('some');
});
