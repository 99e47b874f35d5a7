/** Decides which alerts a history entry has, and which of them are sent. lambda/firewall/rating decides the severity of a change. */
import type { Alert, AlertKind } from '../contract/json-event.ts';
import { lightsailBehaviour } from '../contract/lightsail-behaviour.ts';
import { entryKey } from '../contract/table-keys.ts';
import { exposureOf, type Firewall, isAtLeast, type Reach, type Severity, worstSeverity } from '../firewall/index.ts';
import type { Failure, HistoryEntry, InstanceFacts, Replaced, Resource } from '../history/entry.ts';
import { entryAlertId } from './alert-id.ts';
import { kindRules, mainAlertKind } from './alert-kinds.ts';
import { blankAlert } from './blank-alert.ts';
import { restoreCommand } from './restore-command.ts';

export interface AlertContext {
  tableName: string;
  /** The key of the entry in the table. If missing, the key is built as in lambda/contract/table-keys.ts. */
  entryKey?: { pk: string; sk: string };
  /** Set if attribution is turned off, so that the alert does not promise an actor ("not known yet"). */
  attributionOff?: true;
}

/** An alert with a field that only the mail uses. */
export interface DecidedAlert extends Alert {
  /**
   * `firewall-changed` only: the exposure before the change. Left out if this exposure is unknown, or if the `ipAddressType` also changed.
   */
  openBefore?: readonly Reach[];
}

/**
 * The alerts of one entry, oldest event first: a deleted instance before its replacement, a change before the end of its gap. `before`: the
 * firewall of the entry at `rulesBeforeAt(entry)`; `null`: there is none, or it can't be read.
 */
export function decideAlerts(entry: HistoryEntry, before: Firewall | null, context: AlertContext): DecidedAlert[] {
  const kind = mainAlertKind(entry);
  const alerts: DecidedAlert[] = [];
  if (entry.replaces !== null) alerts.push(departureOf(entry, entry.replaces, before, context));
  if (kind !== null) alerts.push(mainAlert(entry, kind, before, context));
  if (entry.failure !== null && endsGap(entry)) alerts.push(gapEnd(entry, entry.failure, context));
  return alerts;
}

/**
 * True for every alert that is not about a firewall. An alert about a firewall is not sent if the change is expected, if approvals cover
 * the change, or if the severity is below `alertFrom`.
 */
export function isSent(alert: Alert, alertFrom: Severity, entry: HistoryEntry): boolean {
  if (!kindRules[alert.kind].isAboutFirewall) return true;
  // An `attributed` alert follows the alert about the change, and is sent under the same condition.
  const severity = alert.kind === 'attributed' ? entry.severity : alert.severity;
  return entry.expected === null && entry.approved?.isSilent !== true && isAtLeast(severity, alertFrom);
}

function mainAlert(entry: HistoryEntry, kind: AlertKind, before: Firewall | null, context: AlertContext): DecidedAlert {
  const alert: Alert = {
    ...entryAlert(entry, kind, context),
    severity: severityOf(entry, kind),
    reason: entry.reason,
    verdict: entry.verdict,
    ...differenceOf(entry),
    ...approvedOf(entry),
    ...(kindRules[kind].isAboutFirewall && attributionOf(entry, context)),
  };
  if (entry.failure !== null && (entry.kind === 'gap' || entry.kind === 'gap-over')) alert.failure = entry.failure;
  if (kind === 'monitoring-started' && entry.summary !== null) alert.summary = entry.summary;
  const rulesBefore = copyRules(before);
  if (kind === 'firewall-changed') {
    return {
      ...alert,
      rulesBefore,
      rulesAfter: entry.rules,
      ...restoring(entry, before),
      ...openBefore(entry, before),
    };
  }
  if (kind === 'instance-gone') return { ...alert, rulesBefore };
  // The scan at `changedAfter` did not list the instance, so that scan confirmed no firewall.
  if (kind === 'unreadable' && entry.previousRulesAt === null) return { ...alert, changedAfter: null };
  if (kind === 'monitoring-started') return { ...alert, rulesAfter: entry.rules };
  if (kind !== 'instance-appeared') return alert;
  if (entry.replaces === null) return { ...alert, rulesAfter: entry.rules };
  const { instance, verdict } = entry.replaces;
  const { opened, closed } = differenceOf({ ...entry, ...entry.replaces });
  return {
    ...alert,
    rulesBefore,
    rulesAfter: entry.rules,
    replaces: { arn: instance.arn, opened, closed, verdict },
  };
}

function attributionOf(
  { changedBy }: HistoryEntry,
  { attributionOff }: AlertContext,
): Pick<Alert, 'changedBy' | 'attributionOff'> {
  return { changedBy: changedBy ?? null, ...(attributionOff && { attributionOff }) };
}

/** `null` in all fields: the change was too large for the entry, and cannot be computed again. */
function differenceOf({ opened, closed, dormant, notes, differenceLeftOut }: HistoryEntry) {
  return differenceLeftOut
    ? { opened: null, closed: null, dormant: null, notes: null }
    : { opened, closed, dormant, notes };
}

/** An empty `reach` becomes `null`: the entry was too large for an item, so the exposure of the approval was left out. */
function approvedOf({ approved }: HistoryEntry): Pick<Alert, 'approved'> {
  if (approved === undefined) return {};
  const { opened, closed, isComplete } = approved;
  const toParts = (parts: typeof opened) =>
    parts.map((part) => (part.reach.length === 0 ? { ...part, reach: null } : part));
  return { approved: { opened: toParts(opened), closed: toParts(closed), isComplete } };
}

/**
 * Alerts about gaps, and about the end of gaps, have a fixed severity. A `monitoring-started` alert has the worst severity of its
 * instances. Every other alert has the severity of its entry.
 */
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

function openBefore(entry: HistoryEntry, before: Firewall | null): Pick<DecidedAlert, 'openBefore'> {
  return before !== null && hasSameAddresses(entry, before) ? { openBefore: exposureOf(before).reach } : {};
}

function hasSameAddresses({ instance }: HistoryEntry, before: Firewall | null): boolean {
  return before !== null && (before.ipAddressType ?? null) === (instance?.ipAddressType ?? null);
}

function copyRules(firewall: Firewall | null): Alert['rulesBefore'] {
  return firewall === null ? null : [...firewall.rules];
}

function restoring(entry: HistoryEntry, before: Firewall | null) {
  const request = {
    account: entry.resource.account,
    region: entry.resource.region,
    instanceName: entry.resource.instanceName ?? '',
    rulesBefore: before?.rules ?? null,
    rulesAfter: entry.rules,
    ipAddressType: entry.instance?.ipAddressType ?? null,
    hasSameAddresses: hasSameAddresses(entry, before),
    change: { opened: entry.opened, closed: entry.closed },
  };
  const restore = restoreCommand(request, lightsailBehaviour);
  if (restore.command === null) return { restoreCommand: null, restoreNote: restore.note };
  return { restoreCommand: restore.command, restoreEffect: restore.effect, restoreNote: null };
}

/** The alert about an instance that another instance of the same name replaced. */
function departureOf(entry: HistoryEntry, replaced: Replaced, before: Firewall | null, context: AlertContext): Alert {
  const { instance, exposure, severity, reason } = replaced;
  return {
    ...entryAlert(entry, 'instance-gone', context),
    alertId: entryAlertId(entry, 'instance-gone', instance.arn),
    severity,
    reason,
    instance: toAlertInstance(entry.resource, instance),
    closed: entry.differenceLeftOut ? null : exposure,
    rulesBefore: copyRules(before),
  };
}

/** A gap ends with the next successful read, so not with `gap` or `gone`. A `gap-over` entry has its own alert. */
function endsGap({ kind }: HistoryEntry): boolean {
  return !['gap', 'gap-over', 'gone'].includes(kind);
}

function gapEnd(entry: HistoryEntry, failure: Failure, context: AlertContext): Alert {
  const isRegion = entry.resource.instanceName === null;
  return {
    ...entryAlert(entry, isRegion ? 'region-readable-again' : 'readable-again', context),
    reason: isRegion ? 'the region can be listed again' : 'it can be read again',
    failure,
  };
}

function entryAlert(entry: HistoryEntry, kind: AlertKind, context: AlertContext): Alert {
  return blankAlert({
    alertId: entryAlertId(entry, kind),
    kind,
    region: entry.resource.region,
    instance: toAlertInstance(entry.resource, entry.instance),
    changedAfter: entry.changedAfter,
    changedBefore: entry.changedBefore,
    details: { table: context.tableName, ...(context.entryKey ?? entryKey(entry.resource, entry.at)) },
  });
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
