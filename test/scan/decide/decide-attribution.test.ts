import { expect, test } from '@jest/globals';
import type { ApiCall } from '../../../lambda/attribution/api-call.ts';
import { type CallOrigin, decideAttribution } from '../../../lambda/scan/decide/decide-attribution.ts';
import { FakeCloudTrail } from '../fake-cloudtrail.ts';
import { httpFromAnywhere, someFacts, sshFromAnywhere, sshFromOffice } from '../samples.ts';
import { at, now, webEntry } from './samples.ts';

/** SSH was opened to the world between 10:10 and 10:15. */
const known = { instance: someFacts, previousRulesAt: at('09:00'), changedAfter: at('10:10') };
const entry = webEntry('10:15', { rules: [sshFromAnywhere], ...known });
const before = { rules: [sshFromOffice], ipAddressType: 'dualstack' };

const call = (more: Partial<ApiCall>) => new FakeCloudTrail(() => Date.parse(at('10:14'))).record(more);
const explains = call({ portInfos: [sshFromAnywhere] });
const explainsNot = call({ portInfos: [httpFromAnywhere] });
const withoutRules = call({ portInfos: null });

const soon = now;
const later = Date.parse(at('10:43'));
const old = Date.parse(at('10:44'));

test('a late record explains the change, also if a call that was named and is found again came after the read', () => {
  const named = call({ eventId: 'named', at: at('10:13'), portInfos: [httpFromAnywhere] });
  const after = { ...named, eventId: 'after', at: at('10:15') };
  const late = call({ eventId: 'late', at: at('10:14'), name: 'PutInstancePublicPorts', portInfos: [sshFromAnywhere] });
  const first = decideAttribution(entry, before, [named, after], 'lookup', now + 60 * 60_000);
  expect(first).toMatchObject({ fit: 'not-explained', calls: [{ eventId: 'named' }, { eventId: 'after' }] });
  const known = { ...entry, changedBy: first };
  const all = { fit: 'explained', calls: [{ eventId: 'named' }, { eventId: 'late' }, { eventId: 'after' }] };
  expect(decideAttribution(known, before, [named, after, late], 'lookup', now + 61 * 60_000)).toMatchObject(all);
  // An attribution does not store the requests of its calls. So an event with another call cannot decide if these calls explain the change.
  const alone = decideAttribution(known, before, [late], 'event', now + 61 * 60_000);
  expect(alone).toMatchObject({ fit: 'not-told', calls: [{}, {}, {}] });
});

test.each<[string, ApiCall[], CallOrigin, number, string | null]>([
  ['explains the change, before the commit', [explains], 'commit', soon, 'explained, event'],
  ['explains the change, by an event', [explains], 'event', soon, 'explained, event'],
  ['explains the change, by a lookup', [explains], 'lookup', soon, 'explained, lookup'],
  ['does not explain it, before the commit', [explainsNot], 'commit', soon, 'not-explained, event'],
  ['does not explain it, by an event', [explainsNot], 'event', soon, null],
  ['does not explain it, by an event, however old', [explainsNot], 'event', old, null],
  ['does not explain it, by a lookup while records may be missing', [explainsNot], 'lookup', later, null],
  ['does not explain it, by a lookup 30 minutes later', [explainsNot], 'lookup', old, 'not-explained, lookup'],
  ['has no rules in its record, before the commit', [withoutRules], 'commit', soon, 'not-told, event'],
  ['has no rules in its record, by an event', [withoutRules], 'event', soon, 'not-told, event'],
  ['has no rules in its record, by a lookup', [withoutRules], 'lookup', later, null],
  ['has no rules in its record, by a lookup 30 minutes later', [withoutRules], 'lookup', old, 'not-told, lookup'],
  ['was made to another instance', [call({ instanceNames: ['db-1'] })], 'commit', soon, null],
  ['was made after the read', [{ ...explains, at: at('10:16') }], 'commit', soon, null],
  ['does not exist', [], 'commit', soon, null],
])('a call that %s', (_, calls, origin, nowMs, expected) => {
  const attribution = decideAttribution(entry, before, calls, origin, nowMs);
  expect(attribution && `${attribution.fit}, ${attribution.foundBy}`).toBe(expected);
});
