/** Reads what the weekly digest says of the week, as a reader of the JSON event should: what is missing is taken for nothing. */
import { type Severity, severities } from '../firewall/index.ts';
import type { OpenGap, OpenInstance, WeekCounts, WeekSummary } from './week.ts';

/** `null`: not there. */
export function parseWeek(value: unknown): WeekSummary | null {
  const fields = asRecord(value);
  if (fields === null) return null;
  const subscriptions = asRecord(fields['subscriptions']);
  return {
    from: asText(fields['from']),
    until: asText(fields['until']),
    counts: parseCounts(fields['counts']),
    openToWorld: asList(fields['openToWorld']).flatMap(parseOpen),
    openToWorldMore: asCount(fields['openToWorldMore']),
    gaps: asList(fields['gaps']).flatMap(parseGap),
    gapsMore: asCount(fields['gapsMore']),
    subscriptions: subscriptions && {
      confirmed: asCount(subscriptions['confirmed']),
      pending: asCount(subscriptions['pending']),
      deleted: asCount(subscriptions['deleted']),
    },
    problems: asList(fields['problems']).filter((each) => typeof each === 'string'),
  };
}

function parseCounts(value: unknown): WeekCounts | null {
  const fields = asRecord(value);
  if (fields === null) return null;
  const changes = asRecord(fields['changes']);
  const count = (severity: Severity) => asCount(changes?.[severity]);
  return {
    scans: asCount(fields['scans']),
    completeScans: asCount(fields['completeScans']),
    longestSilenceSeconds: asCount(fields['longestSilenceSeconds']),
    changes: {
      critical: count('critical'),
      high: count('high'),
      medium: count('medium'),
      low: count('low'),
      info: count('info'),
    },
    expectedChanges: asCount(fields['expectedChanges']),
    rewritten: asCount(fields['rewritten']),
    ...('unannounced' in fields && { unannounced: asCount(fields['unannounced']) }),
  };
}

function parseOpen(value: unknown): OpenInstance[] {
  const fields = asRecord(value);
  if (fields === null) return [];
  return [
    {
      instanceName: asText(fields['instanceName']),
      region: asText(fields['region']),
      severity: severities.find((known) => known === fields['severity']) ?? 'high',
      reason: asText(fields['reason']),
      since: typeof fields['since'] === 'string' ? fields['since'] : null,
      isLastKnown: fields['isLastKnown'] === true,
    },
  ];
}

function parseGap(value: unknown): OpenGap[] {
  const fields = asRecord(value);
  if (fields === null) return [];
  const { instanceName } = fields;
  return [
    {
      region: asText(fields['region']),
      instanceName: typeof instanceName === 'string' ? instanceName : null,
      reason: asText(fields['reason']),
      since: asText(fields['since']),
    },
  ];
}

function asRecord(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function asCount(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}
