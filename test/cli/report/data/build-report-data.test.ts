import { describe, expect, test } from '@jest/globals';
import { buildReportData } from '../../../../cli/report/data/build-report-data.ts';
import { type LaneData, type ReportData, spanKinds } from '../../../../cli/report/data/report-data.ts';
import { summariseFleet } from '../../../../cli/report/question/summarise-fleet.ts';
import type { PortState } from '../../../../lambda/firewall/index.ts';
import { asPortStates } from '../../../../lambda/firewall/rules/port-state.ts';
import type { HistoryEntry } from '../../../../lambda/history/entry.ts';
import { rule } from '../../../alerts/fixtures.ts';
import { approvalOf } from '../../../approvals/approval-of.ts';
import {
  at,
  buildSampleInput,
  History,
  http,
  inputOf,
  listScans,
  sshFromAnywhere,
  sshFromOffice,
} from '../../../report/sample-fleet.ts';

const dataOf = (...histories: History[]): ReportData =>
  buildReportData(inputOf(histories.map((history) => history.slice(listScans()))));

const lanesOf = (rules: PortState[]): LaneData[] =>
  dataOf(new History('web-1').first(at(1), rules)).instances[0]?.lanes ?? [];

const widthsOf = ({ sourceSets }: ReportData, lane: LaneData | undefined) =>
  (lane?.spans ?? []).map(([, , , set]) => sourceSets[set ?? -1]?.width);

describe('the lanes of an instance', () => {
  test('are one for each port, lanes that were open to the world first', () => {
    const lanes = lanesOf([sshFromOffice, http, rule('udp', 53, ['203.0.113.7/32'])]);
    expect(lanes.map(({ label }) => label)).toEqual(['tcp 80 (HTTP)', 'tcp 22 (SSH)', 'udp 53 (DNS)']);
  });

  test('are disjoint and complete: a range is cut at a port with other sources', () => {
    const range = { ...rule('tcp', 0, ['198.51.100.0/24']), toPort: 100 };
    const lanes = lanesOf([range, rule('tcp', 80, ['0.0.0.0/0'])]);
    expect(lanes.map(({ label, ports }) => [label, ports])).toEqual([
      ['tcp 80 (HTTP)', [['tcp', 80, 80]]],
      [
        'tcp 0-79, tcp 81-100',
        [
          ['tcp', 0, 79],
          ['tcp', 81, 100],
        ],
      ],
    ]);
  });

  test('are few if all ports of all protocols are open', () => {
    const all = { protocol: 'all', fromPort: 0, toPort: 65535, cidrs: ['0.0.0.0/0'], ipv6Cidrs: ['::/0'] };
    const history = new History('web-1').first(at(1), [sshFromOffice]).change(at(5), at(4), [sshFromOffice, all]);
    const labels = dataOf(history).instances[0]?.lanes.map(({ label }) => label);
    expect(labels).toEqual(['tcp 0-21, tcp 23-65535, all udp ports and 3 more', 'tcp 22 (SSH)']);
  });

  test('P7: a rule with a field that is not known makes a lane critical; the same rule without the field is low', () => {
    const ssh = rule('tcp', 22, ['203.0.113.7/32']);
    const unknown = asPortStates([{ ...ssh, validFrom: '2026-12-01' }]);
    expect(lanesOf([ssh]).map(({ severity }) => severity)).toEqual(['low']);
    expect(lanesOf(unknown).map(({ severity }) => severity)).toEqual(['critical']);
    // At the end of the report, a change may already have happened: the worse of both states counts.
    const open = new History('web-1').first(at(1), [ssh]).change(at(12, '12:05'), at(12, '12:00'), [sshFromAnywhere]);
    const within = { from: at(1), until: at(12, '12:03') };
    const [pending] = buildReportData({ ...inputOf([open.slice()]), span: within }).instances;
    expect(pending?.lanes.map(({ severity }) => severity)).toEqual(['critical']);
    const beside = lanesOf([...unknown, rule('tcp', 5432, ['203.0.113.7/32'])]);
    expect(beside.map(({ label, severity }) => [label, severity])).toEqual([
      ['tcp 22 (SSH)', 'critical'],
      ['tcp 5432 (PostgreSQL)', 'low'],
    ]);
  });

  test('have one of three widths', () => {
    const history = new History('web-1')
      .first(at(1), [rule('tcp', 22, ['203.0.113.7/32'])])
      .change(at(2), at(2), [sshFromOffice])
      .change(at(3), at(3), [sshFromAnywhere]);
    const data = dataOf(history);
    const [lane] = data.instances[0]?.lanes ?? [];
    const known = lane && { ...lane, spans: lane.spans.filter(([, , kind]) => kind === 1) };
    expect(widthsOf(data, known)).toEqual(['narrow', 'wide', 'world']);
  });

  test('open ports are called all protocols only if every protocol is open', () => {
    const labelsOf = (protocol: string) => {
      const whole = { protocol, fromPort: 0, toPort: 65535, cidrs: ['0.0.0.0/0'], ipv6Cidrs: ['::/0'] };
      return dataOf(new History('web-1').first(at(1), [whole])).openPorts.map(({ label }) => label);
    };
    expect(labelsOf('udp')).toEqual(['all udp ports']);
    expect(labelsOf('all')).toEqual(['all protocols']);
  });

  test('P7: a source that is not understood has the width of the world', () => {
    const odd = lanesOf([{ protocol: 'sctp', fromPort: 5, toPort: 5, cidrs: ['203.0.113.7/32'] }]);
    expect(odd.map(({ label, severity }) => [label, severity])).toEqual([['unknown protocol "sctp" 5', 'high']]);
    const data = dataOf(new History('web-1').first(at(1), [rule('tcp', 22, ['10.0.0.0/33'])]));
    expect(data.openPorts).toEqual([{ label: 'tcp 22 (SSH)', severity: 'critical', instances: [0] }]);
  });
});

describe('the summary of the fleet', () => {
  const data = buildReportData(buildSampleInput());

  test('lists instances worst first: open to the world now, then by changes; deleted instances last', () => {
    expect(data.instances.map(({ name }) => name)).toEqual(['office', 'web-1', 'db-1', 'old-1']);
  });

  test('lists each port that is open to the world now once, with all its instances', () => {
    expect(
      data.openPorts.map(({ label, severity, instances }) => [
        label,
        severity,
        instances.map((i) => data.instances[i]?.name),
      ]),
    ).toEqual([
      ['tcp 22 (SSH)', 'critical', ['office']],
      ['tcp 80 (HTTP)', 'low', ['office', 'web-1']],
    ]);
  });

  test('P5: lists the gaps', () => {
    expect(data.gaps).toEqual([
      {
        region: 'eu-west-1',
        name: 'db-1',
        from: Date.parse(at(20, '06:00')),
        until: Date.parse(at(20, '18:05')),
        reason: 'service-error',
      },
    ]);
  });

  test('P5: lists a time without scans, which no entry records', () => {
    const scans = listScans().filter(({ startedAt }) => startedAt < at(10) || startedAt > at(14));
    expect(
      buildReportData({ ...buildSampleInput(), scans: [{ account: '111122223333', scans }] }).scans.silences,
    ).toEqual([[Date.parse(at(9, '18:00')), Date.parse(at(14, '06:00'))]]);
  });

  const silencesOf = (...scans: [when: string, scanEveryMinutes?: number][]) => {
    const notes = scans.map(([when, scanEveryMinutes]) => {
      const counts = { complete: true, regionsListed: ['eu-west-1'], notRead: [] };
      return {
        ...counts,
        startedAt: at(10, when),
        endedAt: at(10, when),
        ...(scanEveryMinutes && { scanEveryMinutes }),
      };
    });
    const within = { from: at(10, '00:00'), until: at(10, '10:00') };
    const { silences } = buildReportData({
      ...inputOf([]),
      span: within,
      scans: [{ account: '111122223333', scans: notes }],
    }).scans;
    return silences.map(([from, until]) =>
      [from, until].map((ms) => new Date(ms).toISOString().slice(11, 16)).join(' '),
    );
  };
  const every = (minutes: number, from: number, until: number, noted?: number) =>
    Array.from({ length: Math.floor((until - from) / minutes) }, (_, i): [string, number?] => {
      const minute = from + i * minutes;
      const when = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
      return noted === undefined ? [when] : [when, noted];
    });

  test.each([
    ['with the note of each scan', 5, 60],
    ['with notes of an earlier version, which lack the interval', undefined, undefined],
  ])('P5: scans that ran as configured leave no silence, %s', (_, five, sixty) => {
    const raised = [...every(5, 0, 240, five), ...every(60, 240, 600, sixty)];
    expect(silencesOf(...raised)).toEqual([]);
    const lowered = [...every(60, 0, 240, sixty), ...every(5, 240, 600, five)];
    expect(silencesOf(...lowered)).toEqual([]);
    const byHand = every(60, 0, 600, sixty).flatMap(([when]): [string, number?][] => [
      [when, sixty],
      [when.replace(':00', ':01'), sixty],
      [when.replace(':00', ':02'), sixty],
    ]);
    expect(silencesOf(...byHand)).toEqual([]);
    const missed = [...every(5, 0, 120, five), ...every(5, 300, 600, five)];
    expect(silencesOf(...missed)).toEqual(['01:55 05:00']);
  });

  test('P5: the limit is three intervals, at least half an hour, of the longer interval where the setting changed', () => {
    expect(silencesOf(['00:00', 60], ['03:00', 60], ['06:01', 60], ['09:00', 60])).toEqual(['03:00 06:01']);
    expect(silencesOf(['00:00', 5], ['03:00', 60], ['06:00', 60], ['09:00', 60])).toEqual([]);
    expect(silencesOf(['00:00', 60], ['03:00', 5], ['03:30', 5], ['04:01', 5])).toEqual(['03:30 04:01', '04:01 10:00']);
  });

  test('P5: a silence that began before the report is cut at its start, and one without any scan in it is shown', () => {
    const before = { ...listScans()[0], startedAt: at(9, '12:00'), endedAt: at(9, '12:00') };
    const noted = { complete: true, regionsListed: [], notRead: [], ...before, scanEveryMinutes: 5 };
    const within = { from: at(10, '00:00'), until: at(10, '10:00') };
    const { scans } = buildReportData({
      ...inputOf([]),
      span: within,
      scans: [{ account: '111122223333', scans: [noted] }],
    });
    expect(scans).toMatchObject({ count: 0, complete: 0, lastAt: Date.parse(at(9, '12:00')) });
    expect(scans.silences).toEqual([[Date.parse(within.from), Date.parse(within.until)]]);
  });

  test('P4: the severity of an instance that was never read is not known; it comes before every other', () => {
    const never = new History('never').gap(at(2), at(1));
    const { instances } = dataOf(new History('web-1').first(at(1), [sshFromAnywhere]), never);
    expect(instances.map(({ name, status, severity, reason }) => [name, status, severity, reason])).toEqual([
      ['never', 'unknown', null, 'never read'],
      ['web-1', 'known', 'critical', expect.stringContaining('tcp 22 (SSH)')],
    ]);
  });

  test('has figures that add up', () => {
    const summary = summariseFleet(data);
    expect(summary).toMatchObject({
      instances: 3,
      openToWorld: 2,
      worstOpenPort: 'critical',
      unreadableNow: 0,
      gaps: 1,
      changesInAll: 10,
    });
    expect(summary.unknownMs).toBe(Date.parse(at(20, '18:05')) - Date.parse(at(20, '06:00')));
    expect(summary.changes.critical).toBe(2);
  });
});

describe('a change', () => {
  const data = buildReportData(buildSampleInput());
  const web = data.instances.find(({ name }) => name === 'web-1');
  const [, opened, closed] = web?.changes ?? [];

  test('has the actor, the opened ports, and the restore command', () => {
    const [call] = data.attributions[opened?.by ?? -1]?.calls ?? [];
    expect([data.texts[call?.by ?? -1], data.texts[call?.userAgent ?? -1]]).toEqual([
      'IAM user alice',
      'aws-cli/2.31.0',
    ]);
    expect(data.lists[opened?.opened ?? -1]?.phrases).toEqual([['tcp 3306 (MySQL)', 'anywhere']]);
    expect(data.texts[opened?.restore ?? -1]).toMatch(
      /^\[ "\$\(aws sts .* = 123456789012 \] && aws lightsail close-instance-public-ports --region eu-west-1 --instance-name web-1 /,
    );
    expect(data.texts[opened?.restoreEffect ?? -1]).toMatch(/^closes tcp 3306 \(MySQL\)/);
    expect(closed?.by).toBeNull();
  });

  test('has a reason instead of a command if the firewall before the change is not known', () => {
    const history = new History('web-1').first(at(1), [http]).change(at(2), at(2), [sshFromOffice]);
    const [, change] = history.entries;
    const orphan: HistoryEntry[] = change === undefined ? [] : [change];
    const built = buildReportData(inputOf([{ ...history.slice(), entries: orphan }]));
    const [only] = built.instances[0]?.changes ?? [];
    expect([only?.restore, built.texts[only?.restoreNote ?? -1]]).toEqual([
      undefined,
      'the rules before the change are not known',
    ]);
  });
});

describe('bad input', () => {
  test('no instance', () => {
    const data = buildReportData(inputOf([], { scans: [] }));
    expect([data.instances, data.openPorts, data.gaps, data.scans.lastAt]).toEqual([[], [], [], null]);
  });

  test('an entry at the very end of the span lists its instance', () => {
    const data = dataOf(new History('web-1').first(inputOf([]).span.until, [http]));
    expect(data.instances).toMatchObject([{ name: 'web-1', status: 'known', lanes: [] }]);
  });

  test('a span without data does not list an instance that existed only before or after', () => {
    const span = { from: at(20), until: at(21) };
    const late = new History('late').first(at(25), [http], { kind: 'appeared', changedAfter: at(24) });
    const early = new History('early').first(at(1), [http]).gone(at(3), at(2));
    expect(buildReportData({ ...inputOf([late.slice(), early.slice()]), span }).instances).toEqual([]);
  });

  test('the time before the first scan stays blank', () => {
    const data = dataOf(new History('web-1').first(at(20), [http]));
    expect(data.instances[0]?.states).toEqual([
      [Date.parse(at(1)), Date.parse(at(20)), spanKinds.indexOf('not-watched')],
      [Date.parse(at(20)), Date.parse(at(30)), spanKinds.indexOf('known')],
    ]);
    expect(data.instances[0]?.lanes.map(({ spans }) => spans)).toEqual([
      [[Date.parse(at(20)), Date.parse(at(30)), 1, 0]],
    ]);
  });

  test('5,000 sources are stored once', () => {
    const sources = Array.from({ length: 5_000 }, (_, i) => `10.${i >> 8}.${i & 255}.1/32`);
    const many = rule('tcp', 22, sources);
    const data = dataOf(
      new History('web-1').first(at(1), [many]).change(at(2), at(2), [many, http]).change(at(3), at(3), [many]),
    );
    expect(data.sourceSets.filter((set) => set.sources.length === 5_000)).toHaveLength(1);
    expect(data.sourceSets.map(({ phrase }) => phrase)).toContain(
      '10.0.0.1/32, 10.0.1.1/32, 10.0.2.1/32 and 4997 more',
    );
  });
});

test('what is not approved is as old as its opening before the end of the span, and an approval that covers nothing names no instance', () => {
  const web = new History('web-1')
    .first(at(1), [http])
    .change(at(3), at(2), [http, sshFromAnywhere])
    .change(at(21), at(20, '18:00'), [http])
    .change(at(22), at(21), [http, sshFromAnywhere]);
  const span = { from: at(1), until: at(20) };
  const approvals = [
    approvalOf({ id: 'a-1' }),
    approvalOf({ id: 'a-2', exposure: [{ protocol: 'udp', from: 53, to: 53, sources: ['::/0'] }] }),
  ].map((approval) => ({ ...approval, from: null }));
  const data = buildReportData(inputOf([web.slice(listScans())], { span, approvals }));
  expect(data.unapproved?.map(({ instance, severity, since }) => ({ instance, severity, since }))).toEqual([
    { instance: 0, severity: 'critical', since: Date.parse(at(3)) },
  ]);
  expect(data.approvals.map(({ id, instances }) => [id, instances])).toEqual([
    ['a-1', [0]],
    ['a-2', []],
  ]);
});
