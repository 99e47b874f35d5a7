/**
 * Decides what people are told about one step of a history. Refuses to decide whether it happened, how bad it is, and whether it was
 * told before.
 */
import type { Alert, AlertKind } from '../contract/json-event.ts';
import { entryKey } from '../contract/table-keys.ts';
import type { PortState } from '../firewall/index.ts';
import { isAtLeast, type Severity, worstSeverity } from '../firewall/index.ts';
import type { HistoryEntry, InstanceFacts, Replaced, Resource } from '../history/entry.ts';
import { hashAlertId, mainAlertKind } from './alert-id.ts';
import { nothingSaid } from './blank-alert.ts';
import { restoreCommand } from './restore-command.ts';

export interface AlertContext {
  tableName: string;
  /** Where the entry lies; by default the key that the table's layout gives it. */
  entryKey?: { pk: string; sk: string };
  /** Nobody looks up who did it, so that "not known yet" would promise too much. */
  attributionOff?: true;
}

/**
 * The alerts of one entry, in the order in which they happened: the departure of a replaced instance before the arrival of its
 * successor, a change before the end of the gap it was found after. `rulesBefore`: the rules of the entry that `previousRulesAt` (or
 * `replaces.rulesAt`) names; `null` where there is none, or it is not to be had.
 */
export function decideAlerts(
  entry: HistoryEntry,
  rulesBefore: readonly PortState[] | null,
  context: AlertContext,
): Alert[] {
  const kind = mainAlertKind(entry);
  const alerts: Alert[] = [];
  if (kind === 'instance-appeared' && entry.replaces !== null) {
    alerts.push(departureOf(entry, entry.replaces, rulesBefore, context));
  }
  if (kind !== null) alerts.push(mainAlert(entry, kind, rulesBefore, context));
  if (endsGap(entry)) alerts.push(gapEnd(entry, context));
  return alerts;
}

/** Kinds that are about a firewall. The others are about what Portwatch can see: they are always told. */
const firewallKinds: readonly AlertKind[] = [
  'firewall-changed',
  'firewall-flapped',
  'instance-appeared',
  'instance-gone',
];

/** Is it sent? What is expected, or below `alertFrom`, is recorded and counted, and not sent. */
export function isTold(alert: Alert, alertFrom: Severity, entry: HistoryEntry): boolean {
  if (!firewallKinds.includes(alert.kind) && alert.kind !== 'attributed') return true;
  // Who did it is told to those who were told what was done.
  const severity = alert.kind === 'attributed' ? entry.severity : alert.severity;
  return entry.expected === null && isAtLeast(severity, alertFrom);
}

function mainAlert(
  entry: HistoryEntry,
  kind: AlertKind,
  rulesBefore: readonly PortState[] | null,
  context: AlertContext,
): Alert {
  const alert: Alert = {
    ...blankAlert(entry, kind, context),
    severity: severityOf(entry, kind),
    reason: entry.reason,
    verdict: entry.verdict,
    ...differenceOf(entry),
    ...(firewallKinds.includes(kind) && whoOf(entry, context)),
  };
  if (entry.failure !== null && (entry.kind === 'gap' || entry.kind === 'gap-over')) alert.failure = entry.failure;
  if (kind === 'monitoring-started' && entry.summary !== null) alert.summary = entry.summary;
  if (kind === 'firewall-changed')
    return { ...alert, ...rulesOf(entry, rulesBefore), ...restoring(entry, rulesBefore) };
  if (kind === 'instance-gone') return { ...alert, rulesBefore: copyRules(rulesBefore) };
  if (kind !== 'instance-appeared') return alert;
  if (entry.replaces === null) return { ...alert, rulesAfter: entry.rules };
  const { instance, verdict } = entry.replaces;
  const { opened, closed } = differenceOf({ ...entry, ...entry.replaces });
  return { ...alert, ...rulesOf(entry, rulesBefore), replaces: { arn: instance.arn, opened, closed, verdict } };
}

function whoOf(
  { changedBy }: HistoryEntry,
  { attributionOff }: AlertContext,
): Pick<Alert, 'changedBy' | 'attributionOff'> {
  return { changedBy: changedBy ?? null, ...(attributionOff && { attributionOff }) };
}

/** Null where the entry left it out and it can't be computed any more. */
function differenceOf({ opened, closed, dormant, notes, differenceLeftOut }: HistoryEntry) {
  return differenceLeftOut
    ? { opened: null, closed: null, dormant: null, notes: null }
    : { opened, closed, dormant, notes };
}

/** The contract's severities for what is not about a firewall; for the rest, how the entry was rated. */
function severityOf(entry: HistoryEntry, kind: AlertKind): Severity {
  switch (kind) {
    case 'unreadable':
      return 'medium';
    case 'region-unreadable':
      return 'high';
    case 'readable-again':
    case 'region-readable-again':
      return 'info';
    case 'monitoring-started':
      return worstSeverity([entry.severity, ...(entry.summary?.worst ?? []).map(({ severity }) => severity)]);
    default:
      return entry.severity;
  }
}

function rulesOf(entry: HistoryEntry, rulesBefore: readonly PortState[] | null) {
  return { rulesBefore: copyRules(rulesBefore), rulesAfter: entry.rules };
}

function copyRules(rules: readonly PortState[] | null): PortState[] | null {
  return rules === null ? null : [...rules];
}

function restoring(entry: HistoryEntry, rulesBefore: readonly PortState[] | null) {
  const { command, note } = restoreCommand({
    account: entry.resource.account,
    region: entry.resource.region,
    instanceName: entry.resource.instanceName ?? '',
    rulesBefore,
    rulesAfter: entry.rules,
    ipAddressType: entry.instance?.ipAddressType ?? null,
    change: { opened: entry.opened, closed: entry.closed },
  });
  return { restoreCommand: command, restoreNote: note };
}

/** The instance that another of its name took the place of: it is gone. */
function departureOf(
  entry: HistoryEntry,
  replaced: Replaced,
  rulesBefore: readonly PortState[] | null,
  context: AlertContext,
): Alert {
  const { instance, exposure, severity, reason } = replaced;
  return {
    ...blankAlert(entry, 'instance-gone', context),
    alertId: hashAlertId(entry, 'instance-gone', instance.arn),
    severity,
    reason,
    instance: toAlertInstance(entry.resource, instance),
    closed: entry.differenceLeftOut ? null : exposure,
    rulesBefore: copyRules(rulesBefore),
  };
}

/** A gap that was told ends with the next good read, whatever that read found. What is gone was not read again. */
function endsGap(entry: HistoryEntry): boolean {
  return entry.failure !== null && !['gap', 'gap-over', 'gone'].includes(entry.kind);
}

function gapEnd(entry: HistoryEntry, context: AlertContext): Alert {
  const isRegion = entry.resource.instanceName === null;
  const alert: Alert = {
    ...blankAlert(entry, isRegion ? 'region-readable-again' : 'readable-again', context),
    reason: isRegion ? 'the region can be listed again' : 'it can be read again',
  };
  return entry.failure === null ? alert : { ...alert, failure: entry.failure };
}

function blankAlert(entry: HistoryEntry, kind: AlertKind, context: AlertContext): Alert {
  return {
    alertId: hashAlertId(entry, kind),
    kind,
    severity: 'info',
    reason: '',
    region: entry.resource.region,
    instance: toAlertInstance(entry.resource, entry.instance),
    changedAfter: entry.changedAfter,
    changedBefore: entry.changedBefore,
    ...nothingSaid(),
    details: { table: context.tableName, ...(context.entryKey ?? entryKey(entry.resource, entry.at)) },
  };
}

function toAlertInstance({ instanceName }: Resource, facts: InstanceFacts | null): Alert['instance'] {
  if (instanceName === null) return null;
  return {
    name: instanceName,
    arn: facts?.arn ?? null,
    publicIpAddress: facts?.publicIpAddress ?? null,
    ipv6Addresses: facts?.ipv6Addresses ?? [],
    ipAddressType: facts?.ipAddressType ?? null,
  };
}
