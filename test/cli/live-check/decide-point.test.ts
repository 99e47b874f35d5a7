import { expect, test } from '@jest/globals';
import { decidePoint, renderBehaviour } from '../../../cli/live-check/decide-point.ts';
import type { Experiment } from '../../../cli/live-check/experiments/experiment.ts';

const experiment = {
  ...{ id: 'closing', question: 'What is closed?', documents: 'AWS documents nothing', assumed: 'ports' },
  behaviours: { ports: 'Close closes the ports', sources: 'Close closes the sources' },
  sets: 'closing',
  changes: 'the restore command',
} as unknown as Experiment;
const without = (name: 'sets' | 'changes') => ({ ...experiment, [name]: undefined });
const decide = (found: string | null, of = experiment) => decidePoint(of, { found, evidence: [] });

test.each([
  ['ports', 'confirmed', 'Close closes the ports (AWS documents nothing).'],
  ['sources', 'refuted', 'Close closes the sources (AWS documents nothing).'],
  [
    'something else',
    'unclear',
    'What is closed? The answers fit none of the expected behaviours; the report has them.',
  ],
  ['toString', 'unclear', 'What is closed? The answers fit none of the expected behaviours; the report has them.'],
  [null, 'unclear', 'What is closed? The answers fit none of the expected behaviours; the report has them.'],
])('an experiment that assumes "ports" and finds %j is %s', (found, verdict, sentence) => {
  expect(decide(found)).toMatchObject({ verdict, sentence, found });
});

test('a point changes the value that it sets, else the parts that the experiment names, else nothing', () => {
  const home = 'lambda/contract/lightsail-behaviour.ts';
  expect(decide('sources').changes).toBe(`${home}: closing = 'sources'`);
  expect(decide('sources', without('sets')).changes).toBe('the restore command');
  expect(decide('sources', { ...without('sets'), changes: undefined } as unknown as Experiment).changes).toBe(
    'nothing',
  );
  const points = [decide('sources'), decide(null), decide('ports', without('sets'))];
  expect(renderBehaviour(points)).toBe(`Set in ${home}:\n  closing: 'sources',`);
  expect(renderBehaviour(points.slice(1))).toBe(`No point sets a value of ${home}.`);
});
