/**
 * Evaluates an alarm like CloudWatch, following its documentation ("Alarm evaluation", "Configuring how CloudWatch alarms treat missing
 * data"), because no stand-in of AWS evaluates alarms. Only the settings that Portwatch's alarms use are supported.
 */

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** One value of a metric; `at` in seconds since the epoch. */
export interface Sample {
  at: number;
  value: number;
}

export interface AlarmRule {
  Statistic: string;
  Period: number;
  EvaluationPeriods: number;
  DatapointsToAlarm?: number;
  Threshold: number;
  ComparisonOperator: string;
  TreatMissingData: string;
}

/**
 * CloudWatch reads more periods than it evaluates, and uses the newest data points among them. The documentation does not state the number;
 * its tables show 5 periods for 3.
 */
const furtherPeriods = 2;

/** The state after an evaluation at `now`, from the periods that have ended by then; `state` is the previous state. */
export function evaluateAlarm(rule: AlarmRule, samples: readonly Sample[], now: number, state: AlarmState): AlarmState {
  const end = Math.floor(now / rule.Period) * rule.Period;
  const range = Array.from({ length: rule.EvaluationPeriods + furtherPeriods }, (_, index) =>
    datapointOf(rule, samples, end - (index + 1) * rule.Period),
  );
  const found = range.filter((value) => value !== null).slice(0, rule.EvaluationPeriods);
  const bad = found.filter((value) => isBreaching(rule, value)).length;
  return decideState(rule, { found: found.length, bad }, state);
}

function decideState(rule: AlarmRule, { found, bad }: { found: number; bad: number }, state: AlarmState): AlarmState {
  const needed = rule.DatapointsToAlarm ?? rule.EvaluationPeriods;
  const missing = rule.EvaluationPeriods - found;
  if (bad >= needed) return 'ALARM';
  if (missing === 0) return 'OK';
  const onlyBadOnes = bad === found;
  switch (rule.TreatMissingData) {
    case 'breaching':
      return bad + missing >= needed ? 'ALARM' : 'OK';
    case 'notBreaching':
      return 'OK';
    case 'ignore':
      return onlyBadOnes ? state : 'OK';
    case 'missing':
      if (found === 0) return 'INSUFFICIENT_DATA';
      return onlyBadOnes ? 'ALARM' : 'OK';
    default:
      throw new Error(`TreatMissingData ${rule.TreatMissingData} is not known`);
  }
}

function datapointOf({ Statistic, Period }: AlarmRule, samples: readonly Sample[], start: number): number | null {
  const values = samples.filter(({ at }) => at >= start && at < start + Period).map(({ value }) => value);
  if (values.length === 0) return null;
  switch (Statistic) {
    case 'Sum':
      return values.reduce((sum, value) => sum + value, 0);
    case 'Maximum':
      return Math.max(...values);
    case 'Minimum':
      return Math.min(...values);
    default:
      throw new Error(`Statistic ${Statistic} is not known`);
  }
}

function isBreaching({ ComparisonOperator, Threshold }: AlarmRule, value: number): boolean {
  switch (ComparisonOperator) {
    case 'GreaterThanOrEqualToThreshold':
      return value >= Threshold;
    case 'LessThanThreshold':
      return value < Threshold;
    default:
      throw new Error(`ComparisonOperator ${ComparisonOperator} is not known`);
  }
}
