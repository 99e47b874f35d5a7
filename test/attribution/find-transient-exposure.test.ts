/** find-transient-changes.test.ts tests which transient changes are found. This file tests their notes, ratings and durations. */
import { expect, test } from '@jest/globals';
import type { ApiCall } from '../../lambda/attribution/api-call.ts';
import { findTransientExposure } from '../../lambda/attribution/find-transient-exposure.ts';
import { replayCalls } from '../../lambda/attribution/replay-calls.ts';
import { defaultRatingPolicy, type PortState } from '../../lambda/firewall/index.ts';
import { http, rule } from '../alerts/fixtures.ts';
import { buildCall, close, info, open, put } from './records.ts';

const https = rule('tcp', 443, ['0.0.0.0/0'], ['::/0']);
const tcp = (port: number, ...sources: string[]) => ({ protocol: 'tcp', from: port, to: port, sources });
const world = ['0.0.0.0/0', '::/0'];
const inside = [['10.0.0.0/8'], ['fd00::/8']];

/** The transient changes of calls that end with the same rules as before. */
function trace(rules: PortState[], calls: ApiCall[]) {
  const firewall = { rules, ipAddressType: 'dualstack' };
  const replays = replayCalls(firewall, firewall, calls);
  if (!Array.isArray(replays)) throw new Error(`the calls do not lead back: ${replays}`);
  return findTransientExposure([firewall, firewall], replays, calls, [], defaultRatingPolicy);
}

const odd = (call: ApiCall): ApiCall => ({
  ...call,
  portInfos: call.portInfos?.map((each) => ({ ...each, newField: true })) ?? null,
});

test('what closed for a while is all that closed, in one entry', () => {
  const calls = [close(80, '10:01:00'), close(443, '10:01:10'), open(80, '10:02:00'), open(443, '10:03:00')];
  expect(trace([http, https], calls)).toEqual([
    {
      opened: [],
      closed: [tcp(80, ...world), tcp(443, ...world)],
      notes: [],
      severity: 'medium',
      reason:
        'tcp 80 (HTTP) was closed to everyone and nothing reached the instance: a site may have been down, for 2 minutes',
      reach: { before: [tcp(80, ...world), tcp(443, ...world)], during: [] },
      calls,
    },
  ]);
});

test('an unknown field has a note only where a call that opens something has it', () => {
  const opened = open(22, '10:01:00', 'a', inside);
  expect(trace([http], [opened, odd(close(22, '10:02:00'))])).toMatchObject([{ notes: [], severity: 'low' }]);
  expect(trace([http], [close(80, '10:01:00'), odd(open(80, '10:02:00'))])).toMatchObject([{ opened: [], notes: [] }]);
});

const putAll = (at: string, ...portInfos: PortState[]) =>
  buildCall({ eventId: at, at: `2026-11-23T${at}.000Z`, name: 'PutInstancePublicPorts', portInfos });

test('P7: a rule with an unknown field counts as opened, although its ports were open to others', () => {
  const [plain, widened] = [info(22, ...inside), { ...info(22, ...inside), newField: true }];
  const ssh = rule('tcp', 22, ['10.0.0.0/8'], ['fd00::/8']);
  const calls = [putAll('10:01:00', widened), open(443, '10:02:00'), putAll('10:03:00', plain)];
  expect(trace([ssh], calls)).toMatchObject([
    {
      opened: [tcp(22, '10.0.0.0/8', 'fd00::/8'), tcp(443, ...world)],
      closed: [],
      notes: [{ code: 'unknown-field-opened' }],
      severity: 'critical',
      reason: 'tcp 22 (SSH) counts as open to anywhere: a new rule has an unknown field, for 2 minutes',
      calls,
    },
  ]);
  // The call that closes the port, or opens it again without the field, ends the change.
  const again = [odd(open(22, '10:01:00', 'a', inside)), open(22, '10:02:00', 'b', inside)];
  expect(trace([ssh], again)).toMatchObject([{ severity: 'critical', calls: again }]);
  // The reads show the rule: either after the last call, or before the first one.
  expect(trace([ssh], [putAll('10:01:00', plain), putAll('10:02:00', widened)])).toEqual([]);
  expect(
    trace([{ ...ssh, newField: true } as PortState], [putAll('10:01:00', widened), putAll('10:02:00', widened)]),
  ).toEqual([]);
});

test('the rating is that of what opened or of what closed, whichever is more severe', () => {
  const private22 = buildCall({
    eventId: 'p',
    at: '2026-11-23T10:01:00.000Z',
    name: 'PutInstancePublicPorts',
    portInfos: [info(22, ...inside)],
  });
  expect(trace([http], [private22, put([80], '10:02:00')])).toMatchObject([
    {
      opened: [tcp(22, '10.0.0.0/8', 'fd00::/8')],
      closed: [tcp(80, ...world)],
      severity: 'medium',
      // Port 22 could be reached.
      reason: 'tcp 80 (HTTP) was closed to everyone: a site may have been down, for 60 seconds',
    },
  ]);
  expect(trace([http], [put([22], '10:01:00'), put([80], '10:02:00')])).toMatchObject([
    { severity: 'critical', reason: expect.stringMatching(/^tcp 22 .* was open to anywhere, for 60 seconds$/) },
  ]);
  const office = rule('tcp', 22, ['10.0.0.0/8'], ['fd00::/8']);
  expect(trace([http, office], [close(22, '10:01:00'), open(22, '10:02:00', 'o', inside)])).toMatchObject([
    {
      opened: [],
      closed: [tcp(22, '10.0.0.0/8', 'fd00::/8')],
      severity: 'low',
      reason: 'tcp 22 (SSH) was closed, for 60 seconds',
    },
  ]);
});

test('a transient change lasts from its first call to its last', () => {
  const calls = [open(22, '10:01:00'), open(443, '10:02:00'), close(443, '10:03:00'), close(22, '10:04:00')];
  expect(trace([http], calls)).toMatchObject([{ reason: expect.stringMatching(/, for 3 minutes$/) }]);
});
