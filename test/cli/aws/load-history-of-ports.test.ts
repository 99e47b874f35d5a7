import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Span } from '../../../cli/aws/entry-span.ts';
import { loadHistoryOfPorts, type PortHistorySource } from '../../../cli/aws/load-history-of-ports.ts';
import type { PortQuery } from '../../../cli/questions/port-query.ts';
import type { HistoryEntry, Resource } from '../../../lambda/history/entry.ts';
import { entryOf } from '../../scan/entries.ts';
import { httpFromAnywhere, sshFromAnywhere } from '../../scan/samples.ts';

const resource: Resource = { account: '111122223333', region: 'eu-west-1', instanceName: 'web-1' };
const at = (clock: string) => `2026-11-10T${clock}:00.000Z`;
const span = { from: at('10:00'), until: at('12:00') };
const mysql: PortQuery = { protocol: 'tcp', from: 3306, to: 3306, source: null };

const within = (instant: string, { from, until }: Span) =>
  (from === null || instant >= from) && (until === null || instant <= until);

const http = { opened: [{ protocol: 'tcp' as const, from: 80, to: 80, sources: ['0.0.0.0/0'] }], closed: [] };
const first = entryOf(resource, 1, at('09:00'), { kind: 'baseline', rules: [sshFromAnywhere] });
const second = entryOf(resource, 2, at('10:30'), {
  ...http,
  kind: 'changed',
  verdict: 'widened',
  rules: [sshFromAnywhere, httpFromAnywhere],
  previousRulesAt: first.at,
});
const third = entryOf(resource, 3, at('16:00'), { ...second, version: 3, at: at('16:00'), previousRulesAt: second.at });

/** The names of the requested values. */
let asked: string[];

beforeEach(() => {
  asked = [];
});

/** A table with one instance and no scans. `indexed`: the entries that the index has already. */
function openTable(entries: readonly HistoryEntry[], indexed: readonly HistoryEntry[] = entries): PortHistorySource {
  const own = ({ instanceName }: Resource) => (instanceName === null ? [] : entries);
  const note = ({ instanceName }: Resource, name: string) => instanceName !== null && asked.push(name);
  return {
    async *readEntries(of, wanted) {
      // The read of the state at the start is made for every instance, so it is not listed.
      if (wanted.until !== span.from) note(of, 'readEntries');
      yield own(of)
        .filter((entry) => within(entry.at, wanted))
        .toReversed();
    },
    async *readSteps(wanted) {
      yield indexed.filter((entry) => within(entry.at, wanted)).toReversed();
    },
    async *readScans() {},
    loadKeptDays: async () => [],
    readNow: Date.now,
    loadScans: async () => [],
    loadEntry: async (of, instant) => own(of).find((entry) => entry.at === instant) ?? null,
    loadEntriesAfter: async (of, instant, count) => {
      note(of, 'loadEntriesAfter');
      return own(of)
        .filter((entry) => entry.at > instant)
        .slice(0, count);
    },
    loadEntries: async (places) => {
      for (const place of places) asked.push(`whole ${place.at}`);
      return entries.filter((entry) => places.some((place) => place.at === entry.at));
    },
  };
}

async function load(source: PortHistorySource, lastAt: string | null | undefined, door = mysql) {
  const states = lastAt === undefined ? [] : [{ resource, lastAt }];
  const [slice] = await loadHistoryOfPorts(source, { resources: [resource], states }, span, door);
  return slice?.entries ?? [];
}

describe('the part of a history that is loaded for a port query about a span', () => {
  test('a change that does not affect the port is not read: the earlier rules give the same answer about the port', async () => {
    const entries = await load(openTable([first, second]), second.at);
    expect(entries.map(({ version, rules }) => [version, rules])).toEqual([
      [1, first.rules],
      [2, first.rules],
    ]);
    expect(asked).toEqual([]);
  });

  test('a change that affects the port is read with all its fields', async () => {
    const door = { ...mysql, from: 80, to: 80 };
    expect(await load(openTable([first, second]), second.at, door)).toEqual([first, second]);
    expect(asked).toEqual([`whole ${second.at}`]);
  });

  test('P6: if the index lacks the newest entries, the history itself is read', async () => {
    expect(await load(openTable([first, second], []), second.at)).toEqual([first, second]);
    expect(asked).toContain('readEntries');
  });

  test('P4: if the index lacks a version, the history itself is read', async () => {
    await load(openTable([first, { ...second, version: 3 }]), second.at);
    expect(asked).toContain('readEntries');
  });

  test('the entries after the span are loaded if no scan has read the instance since', async () => {
    const entries = await load(openTable([first, second, third]), third.at);
    expect(entries.map(({ version }) => version)).toEqual([1, 2, 3]);
    expect(asked).toEqual(['loadEntriesAfter']);
  });

  test('for an instance without a latest state, no entries are loaded after the entry of its deletion', async () => {
    const gone = entryOf(resource, 2, at('10:30'), { kind: 'gone', rules: null, previousRulesAt: first.at });
    expect(await load(openTable([first, gone]), undefined)).toEqual([first, gone]);
    expect(asked).toEqual([`whole ${gone.at}`]);
    await load(openTable([first, second]), undefined);
    expect(asked).toContain('loadEntriesAfter');
  });

  test('for an instance that was listed and never read, nothing is loaded', async () => {
    expect(await load(openTable([]), null)).toEqual([]);
    expect(asked).toEqual([]);
  });
});
