/** The lists of the command line are worst first, by the policy of the answer. Omitted lines are never worse than shown ones. */
import { expect, test } from '@jest/globals';
import { renderDiff } from '../../../cli/commands/diff/render-diff.ts';
import { renderExposed } from '../../../cli/commands/exposed/render-exposed.ts';
import { renderStatus } from '../../../cli/commands/status/render-status.ts';
import type { RatedBy } from '../../../cli/questions/choose-rating-settings.ts';
import { diffStates } from '../../../cli/questions/diff-states.ts';
import { fleetStatus } from '../../../cli/questions/fleet-status.ts';
import { stateAt } from '../../../cli/questions/state-at.ts';
import { SharedValues } from '../../../cli/report/data/shared-values.ts';
import { buildListChange } from '../../../cli/text/list-change.ts';
import { renderState } from '../../../cli/text/render-state.ts';
import { buildTerminal } from '../../../cli/text/terminal.ts';
import { rankOpen } from '../../../lambda/firewall/index.ts';
import { at, entriesOf, exposure, factsOf, open, scan, sliceOf, web1 } from '../questions/build-history.ts';

const terminal = buildTerminal({ stdout: { write: () => 0 }, stderr: { write: () => 0 } }, {});
const renderTime = (instant: string) => instant;
/** A policy in which a port is critical that is not on the default list. */
const ratedBy: RatedBy = { settings: 'deployment', recordedAt: at('09:00'), highRiskPorts: [1_099] };
const ports = Array.from({ length: 50 }, (_, i) => `${1_001 + 2 * i}`);
const rules = open(...ports);
const { reach } = exposure(rules);

const slice = sliceOf(
  entriesOf(web1, ['10:00', null, { kind: 'baseline', rules: open() }], ['10:05', '10:00', { kind: 'changed', rules }]),
  { scans: [scan('10:00'), scan('10:05')] },
);
const [before, after] = [stateAt(slice, at('10:02')), stateAt(slice, at('10:07'))];

const status = fleetStatus(
  [
    {
      resource: web1,
      status: 'known',
      instance: factsOf(),
      rules,
      rulesAt: at('10:05'),
      seenAt: at('10:05'),
      firstSeenAt: at('10:00'),
      baselinedAt: null,
      failure: null,
    },
  ],
  [],
  ratedBy,
);
const listeners = { alerts: null, health: null, problem: 'not asked' };
const view = {
  instances: status.instances,
  regions: [],
  account: '111122223333',
  now: 0,
  lastScan: null,
  instancesKnown: 1,
  ratedBy,
  listeners,
  unapproved: null,
  waitingAlerts: null,
  names: null,
  pass: null,
  accounts: [],
  hidden: [],
};
const opening = {
  resource: web1,
  from: at('10:07'),
  until: at('10:08'),
  certainty: 'open' as const,
  reach,
  maybe: [],
  gap: null,
  notes: [],
  entries: [],
  severity: 'critical' as const,
};
const query = { protocol: null, from: 0, to: 65_535, source: null };
const question = { query, from: at('10:07'), until: at('10:07') };
const list = buildListChange(ratedBy);

test.each([
  ['status', renderStatus(view, renderTime, terminal)],
  ['at', renderState(web1, after, ratedBy, renderTime, terminal, null)],
  ['diff', renderDiff(web1, { before, after, diff: diffStates(before, after) }, ratedBy, renderTime, terminal, null)],
  [
    'diff of what closed',
    renderDiff(
      web1,
      { before: after, after: before, diff: diffStates(after, before) },
      ratedBy,
      renderTime,
      terminal,
      null,
    ),
  ],
  [
    'exposed',
    renderExposed(
      question,
      { openings: [opening], instances: 1, accounts: 1, names: null, ratedBy, blindSpots: [], regionsNotDue: [] },
      renderTime,
      terminal,
    ),
  ],
  ['history, opened', list('opened', reach).join('\n')],
  ['history, closed', list('closed', reach).join('\n')],
])('%s shows the critical port of 50 first, and counts the rest', (_title, text) => {
  expect(text.match(/tcp 1\d\d\d/)?.[0]).toBe('tcp 1099');
  expect(text).toMatch(/and \d\d more \(--json has them all\)/);
});

test('the report shows the critical port of 50 first', () => {
  const vocabulary = new SharedValues();
  const number = vocabulary.list(reach, rankOpen({ reach, notes: [] }, ratedBy));
  expect(vocabulary.lists.values[number]?.phrases[0]).toEqual(['tcp 1099', 'anywhere']);
});
