/**
 * Reads the JSON event as a reader of its contract should: what it does not know it ignores, what is missing it takes for nothing. It
 * keeps what a chat message shows; the rules are left out.
 */
import { type Reach, type ReachProtocol, type Severity, severities, type Verdict } from '../firewall/index.ts';
import type { MonitoringSummary } from '../history/entry.ts';
import { type Alert, type AlertKind, alertKinds, type Digest } from './alert.ts';
import { parseAttribution } from './parse-attribution.ts';
import { parseWeek } from './parse-week.ts';

/** `null`: not a digest that this version reads, or nothing in it of a kind that it knows. */
export function parseDigest(value: unknown): Digest | null {
  const fields = readRecord(value);
  if (fields === null || fields['schema'] !== 'portwatch.digest/1' || !Array.isArray(fields['alerts'])) return null;
  const alerts = fields['alerts'].flatMap((alert) => parseAlert(alert) ?? []);
  const counted = parseCounted(fields['counted']);
  if (alerts.length === 0 && counted.length === 0) return null;
  const part = readRecord(fields['part']);
  const coverage = readRecord(fields['coverage']);
  return {
    schema: 'portwatch.digest/1',
    digestId: readText(fields['digestId']) ?? '',
    account: readText(fields['account']) ?? '',
    name: readText(fields['name']) ?? readText(fields['account']) ?? '',
    scannedAt: readText(fields['scannedAt']) ?? '',
    part: { index: readNumber(part?.['index'], 1), count: readNumber(part?.['count'], 1) },
    coverage: {
      instancesListed: readNumber(coverage?.['instancesListed'], 0),
      instancesRead: readNumber(coverage?.['instancesRead'], 0),
      regionsListed: readNumber(coverage?.['regionsListed'], 0),
      regionsSkipped: readTexts(coverage?.['regionsSkipped']),
      ...(coverage?.['onlyNamed'] === true && { onlyNamed: true as const }),
    },
    alerts,
    ...(counted.length > 0 && { counted }),
  };
}

function parseAlert(value: unknown): Alert | null {
  const fields = readRecord(value);
  const kind = alertKinds.find((known) => known === fields?.['kind']);
  if (fields === null || kind === undefined) return null;
  const details = readRecord(fields['details']);
  return {
    alertId: readText(fields['alertId']) ?? '',
    kind,
    severity: readSeverity(fields['severity']),
    reason: readText(fields['reason']) ?? '',
    region: readText(fields['region']) ?? '',
    instance: parseInstance(fields['instance']),
    changedAfter: readText(fields['changedAfter']),
    changedBefore: readText(fields['changedBefore']) ?? '',
    verdict: verdicts.find((known) => known === fields['verdict']) ?? null,
    opened: parseReach(fields['opened']),
    closed: parseReach(fields['closed']),
    rulesBefore: null,
    rulesAfter: null,
    dormant: parseReach(fields['dormant']),
    notes: null,
    changedBy: parseAttribution(fields['changedBy']),
    restoreCommand: readText(fields['restoreCommand']),
    restoreNote: readText(fields['restoreNote']),
    details: {
      table: readText(details?.['table']) ?? '',
      pk: readText(details?.['pk']) ?? '',
      sk: readText(details?.['sk']) ?? '',
    },
    ...parseExtras(fields),
  };
}

function parseExtras(fields: Record<string, unknown>): Partial<Alert> {
  const failure = readRecord(fields['failure']);
  const replaces = readRecord(fields['replaces']);
  const summary = readRecord(fields['summary']);
  const week = parseWeek(fields['week']);
  return {
    ...(week && { week }),
    ...(fields['attributionOff'] === true && { attributionOff: true }),
    ...(typeof fields['attributes'] === 'string' && { attributes: fields['attributes'] }),
    ...(failure && {
      failure: {
        reason: readText(failure['reason']) ?? '',
        message: readText(failure['message']) ?? '',
        since: readText(failure['since']) ?? '',
      },
    }),
    ...(replaces && { replaces: { arn: readText(replaces['arn']), opened: null, closed: null, verdict: null } }),
    ...(summary && { summary: parseSummary(summary) }),
  };
}

function parseInstance(value: unknown): Alert['instance'] {
  const fields = readRecord(value);
  if (fields === null) return null;
  return {
    name: readText(fields['name']) ?? '',
    arn: readText(fields['arn']),
    publicIpAddress: readText(fields['publicIpAddress']),
    ipv6Addresses: readTexts(fields['ipv6Addresses']),
    ipAddressType: readText(fields['ipAddressType']),
  };
}

function parseSummary(fields: Record<string, unknown>): MonitoringSummary {
  const worst = readList(fields['worst']).flatMap((value) => {
    const each = readRecord(value);
    if (each === null) return [];
    const severity = readSeverity(each['severity']);
    const exposure = parseReach(each['exposure']) ?? [];
    return [
      {
        instanceName: readText(each['instanceName']) ?? '',
        severity,
        exposure,
        reason: readText(each['reason']) ?? '',
      },
    ];
  });
  return {
    instancesListed: readNumber(fields['instancesListed'], 0),
    instancesRead: readNumber(fields['instancesRead'], 0),
    worst,
    more: readNumber(fields['more'], 0),
  };
}

function parseCounted(value: unknown): NonNullable<Digest['counted']> {
  return readList(value).flatMap((each) => {
    const fields = readRecord(each);
    const kind: AlertKind | undefined = alertKinds.find((known) => known === fields?.['kind']);
    if (fields === null || kind === undefined) return [];
    return [{ severity: readSeverity(fields['severity']), kind, count: readNumber(fields['count'], 0) }];
  });
}

/** `null`: left out, or not a list. */
function parseReach(value: unknown): Reach[] | null {
  if (!Array.isArray(value)) return null;
  return value.flatMap((each: unknown) => {
    const fields = readRecord(each);
    const from = readNumber(fields?.['from'], -1);
    const to = readNumber(fields?.['to'], -1);
    if (fields === null || from < 0 || to < from) return [];
    return [{ protocol: readProtocol(fields['protocol']), from, to, sources: readTexts(fields['sources']) }];
  });
}

const verdicts: readonly Verdict[] = ['identical', 'rewritten', 'widened', 'narrowed', 'mixed'];
const protocols: readonly ReachProtocol[] = ['tcp', 'udp', 'icmp', 'icmpv6', 'other'];

function readProtocol(value: unknown): ReachProtocol {
  const text = readText(value) ?? '';
  const known = protocols.find((protocol) => protocol === text);
  return known ?? `unknown:${text.replace(/^unknown:/, '')}`;
}

/** A severity that is not known is one to look at. */
function readSeverity(value: unknown): Severity {
  return severities.find((known) => known === value) ?? 'high';
}

function readRecord(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
}

function readList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function readTexts(value: unknown): string[] {
  return readList(value).filter((item) => typeof item === 'string');
}

function readText(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function readNumber(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : otherwise;
}
