/** The metrics of a scan and of a pass. CloudWatch finds them in a log line. */
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { metricNames } from '../contract/deployed-names.ts';
import type { PassEnd } from '../pass/end-pass.ts';
import type { ScanReport } from '../scan/full-scan.ts';

/** Three metrics only: each costs 0.30 USD a month. A skipped scan writes none, so the alarm "no complete scan" sees missing data. */
export function countScan(metrics: Metrics, report: ScanReport): void {
  if (report.skipped) return;
  metrics.addMetric(metricNames.completeScans, MetricUnit.Count, report.complete ? 1 : 0);
  metrics.addMetric(metricNames.oldestUntoldAlertAge, MetricUnit.Seconds, report.oldestUntoldAlertAgeSeconds);
  metrics.addMetric(metricNames.openGaps, MetricUnit.Count, report.openGaps);
  metrics.publishStoredMetrics();
}

/**
 * The metrics of a whole pass. Only `AccountsNotScanned` is added to the metrics of `countScan`, and no metric is written for a single
 * account. An account that cannot be entered does not count for the alarm "no complete scan": otherwise that alarm would stay on, and could
 * not report that the monitor itself has stopped.
 */
export function countPass(metrics: Metrics, end: PassEnd): void {
  metrics.addMetric(metricNames.completeScans, MetricUnit.Count, end.accountsNotScanned < end.accounts ? 1 : 0);
  metrics.addMetric(metricNames.oldestUntoldAlertAge, MetricUnit.Seconds, end.oldestUntoldAlertAgeSeconds);
  metrics.addMetric(metricNames.openGaps, MetricUnit.Count, end.openGaps);
  metrics.addMetric(metricNames.accountsNotScanned, MetricUnit.Count, end.accountsNotScanned);
  metrics.publishStoredMetrics();
}
