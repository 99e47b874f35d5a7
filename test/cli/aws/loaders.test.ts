/** Every loader gives the same answer as the whole history, with all kinds of entries around the instant. */
import { expect, test } from '@jest/globals';
import type { DynamoDbHistoryReader } from '../../../cli/aws/history-reader.ts';
import { loadHistoryAtInstant } from '../../../cli/aws/load-history-at-instant.ts';
import { loadHistoryOfPorts } from '../../../cli/aws/load-history-of-ports.ts';
import { HistoryLoader } from '../../../cli/aws/load-instance-history.ts';
import type { PortQuery } from '../../../cli/questions/port-query.ts';
import { type StateAt, stateAt } from '../../../cli/questions/state-at.ts';
import type { HistoryEntry, Resource } from '../../../lambda/history/entry.ts';
import { depth } from '../../support/depth.ts';
import { at, entriesOf, failure, open, scan, sliceOf, web1 } from '../questions/build-history.ts';

type Kind = 'baseline' | 'changed' | 'gone' | 'appeared' | 'gap' | 'gap-over' | 'flapped';

/** The possible next kinds: for example, a deleted instance can appear, and an open gap can end. */
const following: Readonly<Record<'known' | 'gap' | 'gone', readonly Kind[]>> = {
  known: ['changed', 'gone', 'gap', 'flapped'],
  gap: ['changed', 'gone', 'gap-over', 'flapped'],
  gone: ['appeared', 'flapped'],
};

function listSequences(length: number): Kind[][] {
  let found: { kinds: Kind[]; state: keyof typeof following }[] = [{ kinds: ['baseline'], state: 'known' }];
  const all = [...found];
  for (let i = 1; i < length; i += 1) {
    found = found.flatMap(({ kinds, state }) =>
      following[state].map((kind) => {
        const next = kind === 'flapped' ? state : kind === 'gap' || kind === 'gone' ? kind : 'known';
        return { kinds: [...kinds, kind], state: next };
      }),
    );
    all.push(...found);
  }
  return all.map(({ kinds }) => kinds);
}

/** One entry every ten minutes from 10:00. */
function buildEntries(kinds: readonly Kind[]): HistoryEntry[] {
  return entriesOf(
    web1,
    ...kinds.map((kind, i): Parameters<typeof entriesOf>[1] => {
      const [time, before] = [timeOf(i * 10), i === 0 ? null : timeOf(i * 10 - 5)];
      const rules = open(i % 2 === 0 ? '22' : '443');
      if (kind === 'gap') return [time, before, { kind, failure: failure('throttled', timeOf(i * 10 - 4)) }];
      if (kind === 'gap-over' || kind === 'gone') return [time, before, { kind }];
      if (kind === 'flapped') return [time, before, { kind, changedBefore: at(timeOf(i * 10 - 2)) }];
      return [time, before, { kind, rules }];
    }),
  );
}

const timeOf = (minutes: number) => `1${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;

const scans = Array.from({ length: 4 }, (_, i) => scan(`18:0${i}`)).map((one) => ({
  ...one,
  instancesListed: 1,
  instancesRead: 1,
  changes: 0,
  alerts: 0,
  regionsFailed: {},
}));

type Source = Pick<
  DynamoDbHistoryReader,
  | 'readEntries'
  | 'loadEntriesAfter'
  | 'loadEntry'
  | 'loadEntries'
  | 'readSteps'
  | 'loadScans'
  | 'readScans'
  | 'loadKeptDays'
  | 'readNow'
>;

/** Pages of `pageSize` entries, as from DynamoDB. */
function openTable(entries: readonly HistoryEntry[]): DynamoDbHistoryReader {
  const own = ({ instanceName }: Resource) => (instanceName === null ? [] : entries);
  const within = <T>(all: readonly T[], instantOf: (one: T) => string, from: string | null, until: string | null) =>
    all.filter((one) => instantOf(one) >= (from ?? '') && instantOf(one) <= (until ?? '~'));
  const source: Source = {
    async *readEntries(of, { from, until }, pageSize = 100) {
      const found = within(own(of), (entry) => entry.at, from, until).toReversed();
      for (let i = 0; i < found.length; i += pageSize) yield found.slice(i, i + pageSize);
    },
    async *readSteps({ from, until }) {
      yield within(entries, (entry) => entry.at, from, until).toReversed();
    },
    loadEntriesAfter: async (of, instant, count) =>
      own(of)
        .filter((entry) => entry.at > instant)
        .slice(0, count),
    loadEntry: async (of, instant) => own(of).find((entry) => entry.at === instant) ?? null,
    loadEntries: async (places) => entries.filter((entry) => places.some((place) => place.at === entry.at)),
    loadKeptDays: async () => [],
    readNow: Date.now,
    loadScans: async ({ from, until }, count, oldestFirst) => {
      const found = within(scans, ({ startedAt }) => startedAt, from, until);
      return (oldestFirst ? found : found.toReversed()).slice(0, count);
    },
    async *readScans({ from, until }) {
      yield within(scans, ({ startedAt }) => startedAt, from, until).toReversed();
    },
  };
  return source as DynamoDbHistoryReader;
}

const everything: PortQuery = { protocol: null, from: 0, to: 65_535, source: null };

/** The parts that a person reads: the state, the reason of a gap, and the open exposure. */
function outline({ status, gap, exposure, either, transients }: StateAt): string {
  const ports = (reach: readonly { from: number }[] | undefined) => reach?.map(({ from }) => from).join() ?? 'unknown';
  const others = either.map((other) => ports(other.exposure?.reach)).join('|');
  return [status, gap?.reason, ports(exposure?.reach), others, transients.length].join(' ');
}

async function loadOutlines(entries: readonly HistoryEntry[], instant: string): Promise<Record<string, string>> {
  const reader = openTable(entries);
  const lastAt = entries.at(-1)?.at ?? null;
  const until = new Date(Date.parse(instant) + 60_000).toISOString();
  const fleet = { resources: [web1], states: [{ resource: web1, lastAt }] };
  const ofInstant = await new HistoryLoader(reader, { from: instant, until: instant }).load(web1);
  const ofSpan = await new HistoryLoader(reader, { from: instant, until }).load(web1);
  const [ofFleet = ofSpan] = await loadHistoryAtInstant(reader, [web1], instant);
  const [ofPorts = ofSpan] = await loadHistoryOfPorts(reader, fleet, { from: instant, until }, everything);
  const slices = { ofInstant, ofSpan, ofFleet, ofPorts };
  return Object.fromEntries(Object.entries(slices).map(([name, slice]) => [name, outline(stateAt(slice, instant))]));
}

test('P6: at every instant every loader answers as the whole history, for each sequence of kinds of entries', async () => {
  const sequences = listSequences(depth({ quick: 4, full: 5 }));
  expect(sequences.length).toBeGreaterThan(depth({ quick: 60, full: 200 }));
  for (const kinds of sequences) {
    const entries = buildEntries(kinds);
    const whole = sliceOf(entries, { scans });
    for (const instant of entries.flatMap((entry) => [entry.at, at(timeOf(entry.version * 10 - 7))])) {
      const expected = outline(stateAt(whole, instant));
      expect(expected).not.toContain('expired');
      const answers = await loadOutlines(entries, instant);
      expect([kinds, instant, answers]).toEqual([
        kinds,
        instant,
        { ofInstant: expected, ofSpan: expected, ofFleet: expected, ofPorts: expected },
      ]);
    }
  }
});
