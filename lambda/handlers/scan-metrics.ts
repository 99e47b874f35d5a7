/** The metrics of a scan and of a pass. CloudWatch reads metrics from a log line. */
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { metricNames } from '../contract/deployed-names.ts';
import type { PassEnd } from '../pass/end-pass.ts';
import type { ScanReport } from '../scan/full-scan.ts';

/**
 * Only three metrics, because each metric costs 0.30 USD a month. A skipped scan writes no metrics, and missing data start the alarm "no
 * complete scan".
 */
export function countScan(metrics: Metrics, report: ScanReport): void {
  if (report.skipped) return;
  metrics.addMetric(metricNames.completeScans, MetricUnit.Count, report.complete ? 1 : 0);
  metrics.addMetric(metricNames.oldestUntoldAlertAge, MetricUnit.Seconds, report.oldestUntoldAlertAgeSeconds);
  metrics.addMetric(metricNames.openGaps, MetricUnit.Count, report.openGaps);
  metrics.publishStoredMetrics();
}

/**
 * The accounts have no metrics of their own, because each metric costs money. `completeScans` is 1 if at least one account was scanned
 * completely. So the alarm "no complete scan" reports only that the monitor itself has stopped, and not that one account cannot be entered.
 */
export function countPass(metrics: Metrics, end: PassEnd): void {
  metrics.addMetric(metricNames.completeScans, MetricUnit.Count, end.accountsNotScanned < end.accounts ? 1 : 0);
  metrics.addMetric(metricNames.oldestUntoldAlertAge, MetricUnit.Seconds, end.oldestUntoldAlertAgeSeconds);
  metrics.addMetric(metricNames.openGaps, MetricUnit.Count, end.openGaps);
  metrics.addMetric(metricNames.accountsNotScanned, MetricUnit.Count, end.accountsNotScanned);
  metrics.publishStoredMetrics();
}
