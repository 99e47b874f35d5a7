import { describe, expect, test } from '@jest/globals';
import { findOpenSpans } from '../../../../cli/questions/certainty-of-open-ports.ts';
import { buildReportData } from '../../../../cli/report/data/build-report-data.ts';
import type { ReportData } from '../../../../cli/report/data/report-data.ts';
import { answerQuestion } from '../../../../cli/report/question/answer-question.ts';
import { type Filter, noFilter } from '../../../../cli/report/question/filter.ts';
import { sumMs } from '../../../../cli/report/question/find-openings.ts';
import { exposureOf } from '../../../../lambda/firewall/index.ts';
import { asPortStates } from '../../../../lambda/firewall/rules/port-state.ts';
import { rule } from '../../../alerts/fixtures.ts';
import { at, buildSampleInput, History, inputOf, listScans, span } from '../../../report/sample-fleet.ts';

const input = buildSampleInput();
const data: ReportData = buildReportData(input);

const ask = (filter: Partial<Filter>) => answerQuestion(data, { ...noFilter, ...filter });

/** Merges adjacent and overlapping spans with the same certainty; they are in the order of their starts. */
function joinPieces(pieces: readonly { from: number; until: number; certainty: string }[]) {
  const joined: { from: number; until: number; certainty: string }[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (last !== undefined && last.until >= piece.from && last.certainty === piece.certainty) last.until = piece.until;
    else joined.push({ ...piece });
  }
  return joined;
}

const openingsOf = (filter: Partial<Filter>) =>
  ask(filter).instances.map(({ instance, openings }) => [
    instance.name,
    openings.flatMap(({ lane, pieces }) =>
      pieces.map(({ from, until, certainty }) => [
        instance.lanes[lane]?.label,
        new Date(from).toISOString(),
        new Date(until).toISOString(),
        certainty,
      ]),
    ),
  ]);

describe('a filter of the report', () => {
  test('by port: the times in which the port was open, with the windows of the changes', () => {
    expect(openingsOf({ port: '3306', instance: 'web-1' })).toEqual([
      [
        'web-1',
        [
          ['tcp 3306 (MySQL)', at(12, '12:00').replace('00.000', '00.001'), at(12, '12:05'), 'either'],
          ['tcp 3306 (MySQL)', at(12, '12:05'), at(12, '16:00').replace('00.000', '00.001'), 'open'],
          ['tcp 3306 (MySQL)', at(12, '16:00').replace('00.000', '00.001'), at(12, '16:05'), 'either'],
        ],
      ],
    ]);
  });

  test('by instant: the open ports and their sources', () => {
    const { instances } = ask({ port: 'mysql', at: Date.parse(at(12, '14:00')) });
    expect(instances.map(({ instance }) => instance.name).sort()).toEqual(['db-1', 'web-1']);
    expect(
      ask({ port: 'mysql', at: Date.parse(at(12, '17:00')) }).instances.map(({ instance }) => instance.name),
    ).toEqual(['db-1']);
  });

  test('by address: compares addresses as sets', () => {
    const names = (address: string, port = '3306') =>
      ask({ address, port })
        .instances.map(({ instance }) => instance.name)
        .sort();
    expect(names('203.0.113.7')).toEqual(['db-1', 'web-1']);
    expect(names('203.0.113.8')).toEqual(['web-1']);
    expect(names('198.51.100.9', '22')).toEqual(['db-1', 'office', 'old-1', 'web-1']);
    expect(names('198.51.101.0', '22')).toEqual(['office', 'old-1']);
    expect(names('2001:db8:51::1', '22')).toEqual(['db-1', 'office', 'old-1', 'web-1']);
  });

  test('by network: tells a partly admitted network from an admitted one', () => {
    const [found] = ask({ address: '203.0.113.0/24', port: '3306', instance: 'db-1' }).instances;
    expect(found?.openings.map(({ match }) => match)).toEqual(['some']);
    const [whole] = ask({ address: '203.0.113.4/31', port: '3306', instance: 'db-1' }).instances;
    expect(whole?.openings.map(({ match }) => match)).toEqual(['all']);
  });

  test('P4: separates unreadable instances from open and closed ports', () => {
    const [db] = ask({ port: '3306', instance: 'db-1' }).instances;
    expect(db && sumMs(db.openings, 'last-known')).toBe(Date.parse(at(20, '18:05')) - Date.parse(at(20, '06:00')));
    const { instances, unknownInstances } = ask({
      port: '5432',
      from: Date.parse(at(20, '07:00')),
      until: Date.parse(at(20, '08:00')),
    });
    expect(instances).toEqual([]);
    expect(unknownInstances.map(({ instance }) => instance.name)).toEqual(['db-1']);
  });

  test('by region, part of a name, a pattern, and severity', () => {
    const names = (filter: Partial<Filter>) =>
      ask(filter)
        .instances.map(({ instance }) => instance.name)
        .sort();
    expect(names({ region: 'us-east-1' })).toEqual(['office', 'old-1']);
    expect(names({ instance: 'B-1' })).toEqual(['db-1', 'web-1']);
    expect(names({ instance: '*-1' })).toEqual(['db-1', 'old-1', 'web-1']);
    expect(names({ instance: 'o?fice' })).toEqual(['office']);
    expect(names({ severity: 'critical' })).toEqual(['office', 'web-1']);
  });

  test('by span: keeps a change whose window overlaps the span', () => {
    const changes = (from: string, until: string) =>
      ask({ instance: 'web-1', from: Date.parse(from), until: Date.parse(until) }).instances.flatMap(
        (each) => each.changes,
      );
    expect(changes(at(12, '12:01'), at(12, '12:04'))).toEqual([1]);
    expect(changes(at(12, '12:06'), at(12, '15:59'))).toEqual([]);
  });

  test('a field that is not understood has no effect, and its problem is listed', () => {
    const { problems, instances } = ask({ port: 'sssh', address: '10.0.0.0/33', at: 0 });
    expect(problems.port).toBe(
      '"sssh" is not a port or a service that Portwatch knows; expected one such as 22, tcp/22, "udp 53", 8000-9000, ssh, mysql, icmp or all; did you mean ssh?',
    );
    expect(problems.address).toMatch(
      /^the address is not valid; expected an address or a network such as 203\.0\.113\.7/,
    );
    expect(problems.at).toMatch(/outside of the span of this report/);
    expect(instances).toHaveLength(4);
  });
});

describe('an instance that was not watched from the start of the report', () => {
  const late = buildReportData(inputOf([new History('late').first(at(20), [rule('tcp', 443, ['0.0.0.0/0'])]).slice()]));
  const unknownIn = (from: string, until: string, port: string) =>
    answerQuestion(late, { ...noFilter, port, from: Date.parse(from), until: Date.parse(until) }).unknownInstances
      .length;

  test('P4: is unknown in an answer about the time before, and known in an answer about the time after', () => {
    expect(unknownIn(at(10), at(25), '5432')).toBe(1);
    expect(unknownIn(at(21), at(25), '5432')).toBe(0);
    // A time with an opening does not count as unknown.
    expect(unknownIn(at(10), at(25), '443')).toBe(0);
  });
});

test('P4: an instance that cannot be read is shown with every severity, because it may have that severity', () => {
  const [low, gone] = [[rule('tcp', 443, ['0.0.0.0/0'])], new History('gone')];
  const quiet = buildReportData({
    ...inputOf([
      new History('read').first(at(1), low).slice(),
      new History('unread').first(at(1), low).gap(at(2), at(1)).slice(),
      new History('never').gap(at(2), at(1)).slice(),
      gone.first(at(1), low).gone(at(2), at(1)).slice(),
    ]),
    span: { from: at(3), until: at(4) },
  });
  const { instances } = answerQuestion(quiet, { ...noFilter, severity: 'critical' });
  expect(instances.map(({ instance }) => instance.name)).toEqual(['never', 'unread']);
});

test('a port in one of several ranges that share a lane is found', () => {
  const range = (fromPort: number) => ({ ...rule('tcp', fromPort, ['203.0.113.7/32']), toPort: fromPort + 10 });
  const wide = buildReportData(inputOf([new History('wide').first(at(1), [range(8000), range(9000)]).slice()]));
  expect(wide.instances[0]?.lanes).toHaveLength(1);
  for (const port of ['8005', '9005'])
    expect(answerQuestion(wide, { ...noFilter, port }).instances[0]?.openings).toHaveLength(1);
  expect(answerQuestion(wide, { ...noFilter, port: '8500' }).instances).toEqual([]);
});

test('P4: a change whose lists are left out perhaps concerns each port and each address', () => {
  const history = new History('large')
    .first(at(1), [rule('tcp', 22, ['192.0.2.1/32'])])
    .change(at(5), at(4), [rule('tcp', 22, ['192.0.2.1/32'])], { opened: [], closed: [], differenceLeftOut: true })
    .change(at(6), at(5), [rule('tcp', 22, ['192.0.2.1/32'])]);
  const built = buildReportData(inputOf([history.slice()]));
  const changesOf = (filter: object) =>
    answerQuestion(built, { ...noFilter, ...filter }).instances.map(({ changes }) => changes);
  expect(changesOf({ port: '22' })).toEqual([[0, 1]]);
  expect(changesOf({ port: '22', address: '192.0.2.1' })).toEqual([[0, 1]]);
});

describe('the lanes of the page and findOpenSpans of the command line', () => {
  const sshFrom = (...cidrs: string[]) => rule('tcp', 22, cidrs);
  const restless = new History('restless')
    .first(at(1), [sshFrom('203.0.113.0/25')])
    .change(at(5, '00:05'), at(5), [sshFrom('203.0.113.128/25')])
    .change(at(6, '00:05'), at(6), [sshFrom('203.0.113.0/24')])
    .flap(at(8, '01:00'), at(8), at(8, '00:03'), { closed: exposureOf({ rules: [sshFrom('203.0.113.0/26')] }).reach })
    .flap(at(9, '01:00'), at(9), at(9, '00:03'), { opened: exposureOf({ rules: [sshFrom('192.0.2.1/32')] }).reach })
    .change(at(12, '00:05'), at(12), []);

  test.each([null, '203.0.113.7', '203.0.113.200', '203.0.113.64/26', '203.0.113.0/24', '192.0.2.1', '192.0.2.0/24'])(
    'P6: agree for an instance that changed all the time, for %s',
    (address) => {
      const built = buildReportData(inputOf([restless.slice(listScans())]));
      const { instances } = answerQuestion(built, { ...noFilter, port: 'tcp/22', address: address ?? '' });
      const pieces = (instances[0]?.openings ?? []).flatMap((opening) => opening.pieces);
      const portQuery = { protocol: 'tcp' as const, from: 22, to: 22, source: address };
      const expected = findOpenSpans(restless.slice(listScans()), span, portQuery).map(
        ({ from, until, certainty }) => ({
          from: Date.parse(from),
          until: Date.parse(until),
          certainty,
        }),
      );
      expect(joinPieces(pieces)).toEqual(joinPieces(expected));
    },
  );

  const odd = new History('odd')
    .first(
      at(1),
      asPortStates([{ ...sshFrom('203.0.113.7/24'), validFrom: '2026-12-01' }, rule('tcp', 5432, ['203.0.113.7/32'])]),
    )
    .change(at(5, '00:05'), at(5), asPortStates([{ ...sshFrom('203.0.113.7/32'), protocol: 'quic' }]))
    .change(at(6, '00:05'), at(6), [sshFrom('203.0.113.0/33')])
    .change(at(7, '00:05'), at(7), [sshFrom()])
    .change(at(8, '00:05'), at(8), [sshFrom('203.0.113.7/32')]);

  test.each(['8.8.8.8', '203.0.113.7', '2001:db8::1'])(
    'P7: agree that a rule which is not understood may let in %s',
    (address) => {
      const built = buildReportData(inputOf([odd.slice(listScans())]));
      const { instances } = answerQuestion(built, { ...noFilter, port: 'tcp/22', address });
      const openings = instances[0]?.openings ?? [];
      const portQuery = { protocol: 'tcp' as const, from: 22, to: 22, source: address };
      const expected = findOpenSpans(odd.slice(listScans()), span, portQuery);
      const pieces = openings.flatMap((opening) => opening.pieces).sort((a, b) => a.from - b.from);
      const merged = (list: readonly { from: number | string; until: number | string }[]) =>
        joinPieces(
          list.map(({ from, until }) => ({
            from: new Date(from).getTime(),
            until: new Date(until).getTime(),
            certainty: 'possible',
          })),
        );
      expect(merged(pieces)).toEqual(merged(expected));
      expect(merged(pieces)[0]).toMatchObject({ from: Date.parse(at(1)) });
      if (address === '8.8.8.8') expect(openings.map(({ match }) => match)).toContain('maybe');
      // Each change that may concern the address is listed; the last one closed port 22 to any other address.
      expect(instances[0]?.changes).toEqual([0, 1, 2, 3, 4]);
      expect(answerQuestion(built, { ...noFilter, port: 'tcp/5432', address: '8.8.8.8' }).instances).toEqual([]);
    },
  );

  const questions = [
    { port: '22', address: '198.51.100.9' },
    { port: '22', address: '192.0.2.1' },
    { port: '3306', address: '203.0.113.7' },
    { port: '80', address: '2001:db8::1' },
  ];
  test.each(questions)('P6: agree on the times in which $port was open to $address', ({ port, address }) => {
    const answer = ask({ port, address });
    for (const slice of input.slices) {
      const portQuery = { protocol: 'tcp' as const, from: Number(port), to: Number(port), source: address };
      const expected = findOpenSpans(slice, span, portQuery).filter(({ certainty }) => certainty !== 'unknown');
      const found = answer.instances.find(({ instance }) => instance.name === slice.resource.instanceName);
      const pieces = (found?.openings ?? []).flatMap((opening) => opening.pieces);
      expect(pieces.map(({ from, until, certainty }) => [from, until, certainty])).toEqual(
        expected.map(({ from, until, certainty }) => [Date.parse(from), Date.parse(until), certainty]),
      );
    }
    expect(answer.instances.length).toBeGreaterThan(0);
  });
});
