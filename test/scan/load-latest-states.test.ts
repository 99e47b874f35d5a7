import { expect, test } from '@jest/globals';
import { noMarks } from '../../lambda/approvals/account-approvals.ts';
import { loadLatestStates } from '../../lambda/scan/load-latest-states.ts';
import { at, knownInstance, knownRegion, noApprovals, web, webEntry } from './decide/samples.ts';
import { account, Monitor } from './monitor.ts';
import { openRun } from './open-run.ts';

const entry = webEntry('10:00');
const pending = { ...knownInstance, version: 4, pending: entry };
const callState = { passedAt: at('10:00'), doneUntil: {}, waitsUntil: null, toldDenied: [] };
const refused = { key: 'us-east-1#web-9', problem: 'a later schema' };

async function prepare() {
  const monitor = new Monitor();
  for (const latest of [knownRegion, pending]) {
    const key = `${account}#eu-west-1#${latest.resource.instanceName ?? ''}`;
    monitor.store.states.set(key, structuredClone(latest));
  }
  monitor.store.callStates.set(account, callState);
  const { loadFleet } = monitor.store;
  monitor.store.loadFleet = async (of) => ({ ...(await loadFleet.call(monitor.store, of)), refused: [refused] });
  return { monitor, run: await openRun(monitor) };
}

test('P3: what a dead scan committed is recorded, and items that can not be read are reported', async () => {
  const { monitor, run } = await prepare();
  const recorded = { ...pending, recorded: 4, pending: null };
  expect(await loadLatestStates(run)).toEqual({
    approvals: noApprovals,
    approvalMarks: noMarks,
    states: new Map([
      ['eu-west-1#', knownRegion],
      ['eu-west-1#web-1', recorded],
    ]),
    refused: new Set(['us-east-1#web-9']),
    callState,
  });
  expect(monitor.store.historyOf(web)).toEqual([entry]);
  expect(monitor.events).toEqual([{ event: 'item-refused', item: refused }]);
});

test('P3: what can not be recorded now is left to the next scan', async () => {
  const { monitor, run } = await prepare();
  const error = new Error('throttled');
  monitor.store.putEntry = () => Promise.reject(error);
  expect((await loadLatestStates(run)).states.get('eu-west-1#web-1')).toEqual(pending);
  const step = 'record what is pending of eu-west-1#web-1';
  expect(monitor.events.at(-1)).toEqual({ event: 'bookkeeping-failed', step, error });
});

test('a recorded state is taken as it is', async () => {
  const { monitor, run } = await prepare();
  monitor.store.states.set(`${account}#eu-west-1#web-1`, { ...pending, recorded: 4 });
  monitor.store.putEntry = () => Promise.reject(new Error('nothing is to be recorded'));
  expect((await loadLatestStates(run)).states.get('eu-west-1#web-1')).toEqual({ ...pending, recorded: 4 });
  expect(monitor.events).toEqual([{ event: 'item-refused', item: refused }]);
});
