/** The figures at the top of the page. Pure, so that a test can compare them with figures that the test computes in another way. */
import { type Severity, severities } from '../../../lambda/firewall/rating/severity.ts';
import { isThere, type ReportData, spanKinds } from '../data/report-data.ts';

interface FleetSummary {
  /** Instances that exist at the end of the span. */
  instances: number;
  /** Instances with a port that is open to the world at the end of the span. */
  openToWorld: number;
  /** The worst severity of the ports that are open to the world; `null`: there is no such port. */
  worstOpenPort: Severity | null;
  unreadableNow: number;
  gaps: number;
  /** Milliseconds in which instances could not be read within the span, summed over the instances. */
  unknownMs: number;
  /** Milliseconds in which instances existed within the span, summed over the instances. */
  thereMs: number;
  changes: Record<Severity, number>;
  changesInAll: number;
}

export function summariseFleet(data: ReportData): FleetSummary {
  const changes: Record<Severity, number> = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  const summary = { instances: 0, unreadableNow: 0, unknownMs: 0, thereMs: 0, changesInAll: 0 };
  for (const { status, states, changes: own } of data.instances) {
    if (isThere(status)) summary.instances += 1;
    if (status === 'unknown') summary.unreadableNow += 1;
    for (const { severity } of own) changes[severity] += 1;
    summary.changesInAll += own.length;
    for (const [from, until, kind] of states) {
      const name = spanKinds[kind];
      if (name !== undefined && isThere(name)) summary.thereMs += until - from;
      if (name === 'unknown') summary.unknownMs += until - from;
    }
  }
  const open = new Set(data.openPorts.flatMap(({ instances }) => instances));
  const worst = data.openPorts.map(({ severity }) => severities.indexOf(severity)).sort((a, b) => a - b)[0];
  return {
    ...summary,
    openToWorld: open.size,
    worstOpenPort: worst === undefined ? null : (severities[worst] ?? null),
    gaps: data.gaps.length,
    changes,
  };
}
