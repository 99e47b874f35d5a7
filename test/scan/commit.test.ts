import { describe, expect, test } from '@jest/globals';
import type { HistoryEntry, Replaced } from '../../lambda/history/entry.ts';
import type { LatestState, StateCommit } from '../../lambda/history/latest-state.ts';
import { applyDecision, recordPending } from '../../lambda/scan/commit.ts';
import type { Decision } from '../../lambda/scan/decide/decision.ts';
import { at, counted, knownInstance, web, webEntry } from './decide/samples.ts';
import { account, Monitor } from './monitor.ts';
import { openRun } from './open-run.ts';
import { httpFromAnywhere, someFacts } from './samples.ts';

const key = `${account}#eu-west-1#web-1`;
const read = { instance: someFacts, rules: [httpFromAnywhere], previousRulesAt: at('09:00') };
const changed = webEntry('10:15', { commitId: 'own', ...read });
const otherFacts = { ...someFacts, arn: 'arn:earlier' };

/** The latest state with the entry committed and not recorded. */
const withPending = (pending: HistoryEntry, alerted = 3): LatestState => ({
  ...knownInstance,
  ...{
    version: 4,
    recorded: 3,
    alerted,
    rules: [httpFromAnywhere],
    rulesAt: at('10:15'),
    lastAt: at('10:15'),
    pending,
  },
});

describe('the record of a committed entry', () => {
  const gone = { ...changed, kind: 'gone', rules: null } as const;
  const replaced: Replaced = {
    instance: otherFacts,
    firstSeenAt: at('07:00'),
    rulesAt: at('08:30'),
    ...{ exposure: [], opened: [], closed: [], verdict: null, severity: 'info' as const, reason: '' },
  };
  const appeared: HistoryEntry = { ...changed, kind: 'appeared', previousRulesAt: null, replaces: replaced };
  test.each<[string, HistoryEntry, { keep?: number; alerted?: number }, string[]]>([
    ['a change, with history for ever', changed, {}, []],
    ['a change supersedes its earlier snapshot', changed, { keep: 500 }, ['expires 09:00 at 500']],
    ['a change with alerts of later entries sent', changed, { keep: 500, alerted: 4 }, ['expires 09:00 at 500']],
    ['a change before which an alert is not sent', changed, { keep: 500, alerted: 2 }, []],
    ['a change without an earlier snapshot', { ...changed, previousRulesAt: null }, { keep: 500 }, []],
    ['a gap supersedes nothing', { ...changed, kind: 'gap', rules: null }, { keep: 500 }, []],
    ['a gone instance', gone, {}, ['departed arn:listed, 08:00 to 10:15']],
    ['a gone instance without facts', { ...gone, instance: null }, {}, ['departed null, 08:00 to 10:15']],
    [
      'a gone instance supersedes its snapshot',
      gone,
      { keep: 500 },
      ['departed arn:listed, 08:00 to 10:15', 'expires 09:00 at 500'],
    ],
    ['a replaced instance', appeared, {}, ['departed arn:earlier, 07:00 to 10:15']],
    [
      'a replaced instance and its snapshot',
      appeared,
      { keep: 500 },
      ['departed arn:earlier, 07:00 to 10:15', 'expires 08:30 at 500'],
    ],
    [
      'a replaced instance that was never read',
      { ...appeared, replaces: { ...replaced, rulesAt: null } },
      { keep: 500 },
      ['departed arn:earlier, 07:00 to 10:15'],
    ],
  ])('%s', async (_, entry, { keep, alerted }, expected) => {
    const { store, ...monitor } = await prepare();
    const effects: string[] = [];
    const time = (instant: string) => instant.slice(11, 16);
    const { arn: listed } = someFacts;
    store.expireEntry = async (_resource, instant, seconds) => {
      effects.push(`expires ${time(instant)} at ${seconds}`);
    };
    store.putDeparted = async ({ resource, arn, firstSeenAt, goneAt }) => {
      expect(resource).toEqual(web);
      effects.push(`departed ${arn === listed ? 'arn:listed' : arn}, ${time(firstSeenAt)} to ${time(goneAt)}`);
    };
    const latest = withPending(entry, alerted);
    store.states.set(key, { ...latest });
    const recorded = await recordPending(latest, { ...monitor.run, expiresAtSeconds: keep ?? null });
    expect(effects).toEqual(expected);
    expect(store.historyOf(web)).toEqual([entry]);
    expect(recorded).toEqual({ ...latest, recorded: 4, pending: null });
    expect(store.states.get(key)).toEqual(recorded);
  });

  test('of a latest state without a pending entry writes nothing', async () => {
    const { store, run } = await prepare();
    store.states.set(key, { ...knownInstance, recorded: 2 });
    expect(await recordPending(knownInstance, run)).toEqual(knownInstance);
    expect(store.states.get(key)).toMatchObject({ recorded: 2 });
  });
});

async function prepare() {
  const monitor = new Monitor('eu-west-1');
  return { store: monitor.store, run: await openRun(monitor) };
}

describe('a decision', () => {
  const { recorded: _recorded, alerted: _alerted, ...state } = withPending(changed);
  const commit: StateCommit = { ...state, pending: changed };
  const stored = { ...knownInstance, alerted: 2 };
  const recordedState = { ...withPending(changed, 2), recorded: 4, pending: null };
  const ofOther = (more: Partial<HistoryEntry>, version = 4) => ({
    ...withPending({ ...changed, ...more }, 1),
    version,
  });
  const listedAnew = { ...someFacts, publicIpAddress: '203.0.113.99' };
  const first = { ...knownInstance, version: 0, recorded: 0, alerted: 0, rules: null, rulesAt: null };
  const applied = (latest: LatestState | null, isCommitted = false) => ({ outcome: 'applied', latest, isCommitted });
  const refused = (latest: LatestState | null) => ({ outcome: 'refused', latest });
  type Row = [string, Decision, { known: LatestState | null; stored: LatestState | null }, object];
  test.each<Row>([
    ['to write nothing', { kind: 'nothing' }, { known: stored, stored: null }, applied(stored)],
    ['to write nothing about nothing', { kind: 'nothing' }, { known: null, stored: null }, applied(null)],
    [
      'to mark a failure',
      { kind: 'mark', failure: counted, seenAt: stored.seenAt },
      { known: stored, stored },
      applied({ ...stored, failure: counted }),
    ],
    [
      'to store other facts',
      { kind: 'mark', failure: null, seenAt: stored.seenAt, instance: listedAnew },
      { known: stored, stored },
      applied({ ...stored, instance: listedAnew }),
    ],
    [
      'to mark a state that another scan wrote',
      { kind: 'mark', failure: counted, seenAt: stored.seenAt },
      { known: stored, stored: ofOther({}) },
      refused(ofOther({})),
    ],
    [
      'to mark a state that is gone',
      { kind: 'mark', failure: counted, seenAt: stored.seenAt },
      { known: stored, stored: null },
      refused(null),
    ],
    [
      'to mark what has no state',
      { kind: 'mark', failure: null, seenAt: stored.seenAt },
      { known: null, stored },
      refused(stored),
    ],
    ['to create a state', { kind: 'create', latest: first }, { known: null, stored: null }, applied(first)],
    ['to create a state that exists', { kind: 'create', latest: first }, { known: null, stored }, refused(stored)],
    ['to commit', { kind: 'commit', commit, expected: 3 }, { known: stored, stored }, applied(recordedState, true)],
    [
      'to commit the first entry',
      { kind: 'commit', commit, expected: null },
      { known: null, stored: null },
      applied({ ...recordedState, alerted: 3 }, true),
    ],
    [
      'to commit what is committed: the answer was lost',
      { kind: 'commit', commit, expected: 3 },
      { known: stored, stored: ofOther({}) },
      applied({ ...recordedState, alerted: 1 }, true),
    ],
    [
      'to commit after the commit of another scan',
      { kind: 'commit', commit, expected: 3 },
      { known: stored, stored: ofOther({ commitId: 'other' }) },
      refused(ofOther({ commitId: 'other' })),
    ],
    [
      'to commit before which the own commit was superseded',
      { kind: 'commit', commit, expected: 3 },
      { known: stored, stored: ofOther({}, 5) },
      refused(ofOther({}, 5)),
    ],
    [
      'to commit to a state that is recorded by another scan',
      { kind: 'commit', commit, expected: 3 },
      { known: stored, stored: { ...recordedState } },
      refused(recordedState),
    ],
    [
      'to commit to a state that was deleted',
      { kind: 'commit', commit, expected: 3 },
      { known: stored, stored: null },
      refused(null),
    ],
  ])('%s', async (_, decision, { known, stored: inTable }, expected) => {
    const { store, run } = await prepare();
    if (inTable) store.states.set(key, structuredClone(inTable));
    const result = await applyDecision(decision, known, web, run);
    expect(result).toEqual(expected);
    // The returned latest state equals the one in the table.
    if (decision.kind !== 'nothing') expect(store.states.get(key) ?? null).toEqual(result.latest);
    expect(store.historyOf(web)).toEqual(decision.kind === 'commit' && result.outcome === 'applied' ? [changed] : []);
  });
});
