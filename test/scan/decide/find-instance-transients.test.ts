import { expect, test } from '@jest/globals';
import type { ApiCall } from '../../../lambda/attribution/api-call.ts';
import { ratingPolicy } from '../../../lambda/firewall/index.ts';
import type { HistoryEntry } from '../../../lambda/history/entry.ts';
import { toInstant } from '../../../lambda/history/instants.ts';
import type { LatestState } from '../../../lambda/history/latest-state.ts';
import type { ScanNote } from '../../../lambda/history/scan-note.ts';
import {
  decideInstanceTransients,
  listUnexplainedCalls,
} from '../../../lambda/scan/decide/decide-instance-transients.ts';
import { FakeCloudTrail } from '../fake-cloudtrail.ts';
import { someFacts, sshFromAnywhere, sshFromOffice } from '../samples.ts';
import { at, counted, knownInstance, lastScan, now, webEntry } from './samples.ts';

const first = { version: 3, instance: someFacts, rules: [sshFromOffice], changedAfter: at('08:55') };
const baseline = webEntry('09:00', first);
const callAt = (eventId: string, time: string, more: Partial<ApiCall>) => {
  return { ...new FakeCloudTrail(() => Date.parse(at(time))).record(more), eventId };
};
const opens = callAt('opens', '10:01', { portInfos: [sshFromAnywhere] });
const closes = callAt('closes', '10:03', { portInfos: [sshFromOffice] });
const scanAt = (startedAt: string, notRead: string[] = []): ScanNote => {
  return { ...lastScan, startedAt: at(startedAt), endedAt: at(startedAt), notRead };
};
const scans = [scanAt('09:58'), scanAt('10:05')];

interface Row {
  name: string;
  latest?: Partial<LatestState>;
  entries?: HistoryEntry[];
  snapshot?: HistoryEntry;
  nowMs?: number;
  callsUntil?: string;
  calls?: ApiCall[];
  scans?: ScanNote[];
  found: { transients: string[]; waitsFrom: string | null };
}

const flapped: HistoryEntry = {
  ...baseline,
  ...{ kind: 'flapped', version: 4, at: at('10:06'), rules: null, previousRulesAt: at('09:00') },
  changedBy: { calls: [opens, closes], fit: 'explained', foundBy: 'lookup', foundAt: at('10:06') },
};
const found = ['explained 10:01 to 10:03, critical'];
const gapOver: HistoryEntry = {
  ...flapped,
  ...{ kind: 'gap-over', at: at('09:30'), changedBy: null },
};

test.each<Row>([
  { name: 'opened and closed between two scans', found: { transients: found, waitsFrom: null } },
  { name: 'no calls', calls: [], found: { transients: [], waitsFrom: null } },
  {
    name: 'calls that an entry reports already',
    entries: [baseline, flapped],
    found: { transients: [], waitsFrom: null },
  },
  { name: 'no scan after the calls yet', scans: [scanAt('09:58')], found: { transients: [], waitsFrom: at('10:01') } },
  {
    name: 'a scan after the calls that did not read the instance',
    scans: [scanAt('09:58'), scanAt('10:05', ['eu-west-1#web-1'])],
    found: { transients: [], waitsFrom: at('10:01') },
  },
  {
    name: 'an instance whose failure is counted',
    latest: { failure: counted },
    found: { transients: [], waitsFrom: at('10:01') },
  },
  { name: 'an instance in a gap', latest: { status: 'unknown' }, found: { transients: [], waitsFrom: at('10:01') } },
  { name: 'an entry that is not recorded', latest: { version: 4 }, found: { transients: [], waitsFrom: at('10:01') } },
  {
    name: 'a first entry without rules: those of the snapshot are in force',
    entries: [gapOver],
    snapshot: baseline,
    found: { transients: found, waitsFrom: null },
  },
  {
    name: 'a first entry without rules and no snapshot: no read is known',
    entries: [gapOver],
    found: { transients: [], waitsFrom: at('10:01') },
  },
  {
    name: 'a transient change as the first entry and no snapshot: no read is known',
    entries: [{ ...flapped, changedBy: null }],
    found: { transients: [], waitsFrom: at('10:01') },
  },
  { name: 'no entry: no read is known', entries: [], found: { transients: [], waitsFrom: at('10:01') } },
  {
    name: 'calls before the first entry, although the snapshot is older',
    entries: [gapOver],
    snapshot: baseline,
    calls: [
      { ...opens, at: at('09:15') },
      { ...closes, at: at('09:20') },
    ],
    scans: [scanAt('09:10'), ...scans],
    found: { transients: [], waitsFrom: null },
  },
  {
    name: 'a call during the only read after them',
    calls: [opens, { ...closes, at: at('10:05') }],
    found: { transients: [], waitsFrom: at('10:01') },
  },
  {
    name: 'a call that does not change ports during the read after them',
    calls: [opens, closes, callAt('reboot', '10:05', { name: 'DeleteInstance' })],
    found: { transients: found, waitsFrom: null },
  },
  {
    name: 'calls that do not lead to the next read',
    calls: [opens],
    nowMs: now + 3_600_000,
    found: { transients: ['not-explained 10:01 to 10:01, medium'], waitsFrom: null },
  },
  {
    name: 'a call that does not lead to the next read and that a change names',
    entries: [{ ...baseline, changedBy: attribution(opens, closes) }],
    calls: [opens],
    nowMs: now + 3_600_000,
    found: { transients: [], waitsFrom: null },
  },
  {
    name: 'calls after which no read is covered by the lookup',
    callsUntil: at('10:04'),
    found: { transients: [], waitsFrom: opens.at },
  },
  { name: 'an instance that is gone', latest: { status: 'gone' }, found: { transients: [], waitsFrom: null } },
])('$name', ({ latest, entries = [baseline], calls = [closes, opens], scans: noted = scans, ...row }) => {
  const history = { latest: { ...knownInstance, ...latest }, entries };
  const nowMs = row.nowMs ?? now;
  const options = { nowMs, callsUntil: row.callsUntil ?? toInstant(nowMs), policy: ratingPolicy(null) };
  const { transients, waitsFrom } = decideInstanceTransients(history, row.snapshot ?? null, calls, noted, options);
  const lines = transients.map(
    ({ fit, from, until, severity }) => `${fit} ${from.slice(11, 16)} to ${until.slice(11, 16)}, ${severity}`,
  );
  expect({ transients: lines, waitsFrom }).toEqual(row.found);
});

test('the rules of the snapshot are used if the first entry has no rules', () => {
  const history = { latest: { ...knownInstance, version: 4, recorded: 4 }, entries: [flapped] };
  const again = [callAt('opens-2', '10:08', { portInfos: [sshFromAnywhere] })];
  const closed = [callAt('closes-2', '10:09', { portInfos: [sshFromOffice] })];
  const options = { nowMs: now, callsUntil: toInstant(now), policy: ratingPolicy(null) };
  const noted = [scanAt('10:07'), scanAt('10:12')];
  const { transients } = decideInstanceTransients(history, baseline, [...again, ...closed], noted, options);
  expect(transients).toMatchObject([{ from: at('10:08'), until: at('10:09'), instance: someFacts }]);
});

test.each<[string, HistoryEntry[], string[]]>([
  ['no entry names them', [baseline], ['opens', 'closes']],
  ['a transient change names both', [baseline, flapped], []],
  ['a change names one call alone', [{ ...baseline, changedBy: { ...attribution(opens) } }], ['closes']],
  [
    'a change names both, so one may have undone the other',
    [{ ...baseline, changedBy: attribution(opens, closes) }],
    ['opens', 'closes'],
  ],
])('calls without an explanation: %s', (_, entries, expected) => {
  const calls = listUnexplainedCalls({ latest: knownInstance, entries }, [closes, opens]);
  expect(calls.map(({ eventId }) => eventId)).toEqual(expected);
});

function attribution(...calls: ApiCall[]): NonNullable<HistoryEntry['changedBy']> {
  return { calls, fit: 'explained', foundBy: 'event', foundAt: at('10:06') };
}
