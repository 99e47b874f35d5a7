/** The metrics of a scan and of a pass. CloudWatch reads metrics from a log line. */
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { metricNames } from '../contract/deployed-names.ts';
import type { PassEnd } from '../pass/end-pass.ts';
import type { ScanReport } from '../scan/full-scan.ts';

/**
 * Three metrics only, because each costs 0.30 USD a month. A skipped scan writes no metrics, so the alarm "no complete scan" has missing
 * data.
 */
export function countScan(metrics: Metrics, report: ScanReport): void {
  if (report.skipped) return;
  metrics.addMetric(metricNames.completeScans, MetricUnit.Count, report.complete ? 1 : 0);
  metrics.addMetric(metricNames.oldestUntoldAlertAge, MetricUnit.Seconds, report.oldestUntoldAlertAgeSeconds);
  metrics.addMetric(metricNames.openGaps, MetricUnit.Count, report.openGaps);
  metrics.publishStoredMetrics();
}

/**
 * No metric for a single account, because of the costs. `completeScans` counts a pass if at least one account was scanned completely.
 * Otherwise one account that cannot be entered would keep the alarm "no complete scan" on. Then the alarm could not report that the monitor
 * itself has stopped.
 */
export function countPass(metrics: Metrics, end: PassEnd): void {
  metrics.addMetric(metricNames.completeScans, MetricUnit.Count, end.accountsNotScanned < end.accounts ? 1 : 0);
  metrics.addMetric(metricNames.oldestUntoldAlertAge, MetricUnit.Seconds, end.oldestUntoldAlertAgeSeconds);
  metrics.addMetric(metricNames.openGaps, MetricUnit.Count, end.openGaps);
  metrics.addMetric(metricNames.accountsNotScanned, MetricUnit.Count, end.accountsNotScanned);
  metrics.publishStoredMetrics();
}
