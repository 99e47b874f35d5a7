/** Decides the result of an experiment: confirmed, refuted or unclear, a sentence, and the value to set. Pure. */
import type { Experiment, Finding } from './experiments/experiment.ts';

export interface CheckedPoint extends Finding {
  id: string;
  question: string;
  documents: string;
  assumed: string;
  /**
   * `confirmed`: AWS behaves as Portwatch assumes. `refuted`: AWS behaves in a different way. `unclear`: the answers fit no expected
   * behaviour, or there were no answers.
   */
  verdict: 'confirmed' | 'refuted' | 'unclear';
  sentence: string;
  /** The parts of Portwatch that the result changes. */
  changes: string;
}

const home = 'lambda/contract/lightsail-behaviour.ts';

export function decidePoint(experiment: Experiment, { found, evidence }: Finding): CheckedPoint {
  const { id, question, documents, assumed, behaviours, sets, changes } = experiment;
  const known = found !== null && Object.hasOwn(behaviours, found) ? behaviours[found] : undefined;
  const verdict = known === undefined ? 'unclear' : found === assumed ? 'confirmed' : 'refuted';
  const sentence =
    known === undefined
      ? `${question} The answers fit none of the expected behaviours; the report has them.`
      : `${known} (${documents}).`;
  const set = sets === undefined ? null : `${home}: ${sets} = '${found}'`;
  return { id, question, documents, assumed, found, evidence, verdict, sentence, changes: set ?? changes ?? 'nothing' };
}

/** The values that the results set, as text to paste into `lambda/contract/lightsail-behaviour.ts`. */
export function renderBehaviour(points: readonly CheckedPoint[]): string {
  const values = points.filter(({ verdict, changes }) => verdict !== 'unclear' && changes.startsWith(home));
  if (values.length === 0) return `No point sets a value of ${home}.`;
  return [
    `Set in ${home}:`,
    ...values.map(({ changes }) => `  ${changes.slice(home.length + 2).replace(' =', ':')},`),
  ].join('\n');
}
