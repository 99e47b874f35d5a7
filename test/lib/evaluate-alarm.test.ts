import { describe, expect, test } from '@jest/globals';
import { type AlarmState, evaluateAlarm } from './evaluate-alarm.ts';

const period = 60;
const treatments = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;

/** `0 - X - X`: data points, oldest first. 0 is within the threshold, X is beyond the threshold, - is missing. `before`: the earlier state. */
function evaluate(points: string, datapointsToAlarm: number, treatment: string, before: AlarmState): AlarmState {
  const samples = points
    .split(' ')
    .flatMap((point, index) => (point === '-' ? [] : [{ at: index * period, value: point === 'X' ? 1 : 0 }]));
  const rule = {
    Statistic: 'Maximum',
    Period: period,
    EvaluationPeriods: 3,
    DatapointsToAlarm: datapointsToAlarm,
    Threshold: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    TreatMissingData: treatment,
  };
  return evaluateAlarm(rule, samples, 5 * period + 1, before);
}

/** The state for each treatment of missing data; `retain`: the alarm keeps its state. */
function evaluateAll(points: string, datapointsToAlarm: number): string[] {
  return treatments.map((treatment) => {
    const [fromOk, fromAlarm] = (['OK', 'ALARM'] as const).map((before) =>
      evaluate(points, datapointsToAlarm, treatment, before),
    );
    return fromOk === fromAlarm ? String(fromOk) : 'retain';
  });
}

describe('the evaluator has the results of the tables in the CloudWatch documentation', () => {
  test.each([
    ['0 - X - X', ['OK', 'OK', 'OK', 'OK']],
    ['- - - - 0', ['OK', 'OK', 'OK', 'OK']],
    ['- - - - -', ['INSUFFICIENT_DATA', 'retain', 'ALARM', 'OK']],
    ['0 X X - X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['- - X - -', ['ALARM', 'retain', 'ALARM', 'OK']],
  ])('3 of 3: %s', (points, expected) => {
    expect(evaluateAll(points, 3)).toEqual(expected);
  });

  test.each([
    ['0 - X - X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['0 0 X 0 X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['0 - X - -', ['OK', 'OK', 'ALARM', 'OK']],
    ['- - - - 0', ['OK', 'OK', 'ALARM', 'OK']],
    ['- - - X -', ['ALARM', 'retain', 'ALARM', 'OK']],
  ])('2 of 3: %s', (points, expected) => {
    expect(evaluateAll(points, 2)).toEqual(expected);
  });

  test('an unknown setting of an alarm is an error', () => {
    expect(() => evaluate('- - - - -', 3, 'lenient', 'OK')).toThrow('TreatMissingData lenient is not known');
  });
});
