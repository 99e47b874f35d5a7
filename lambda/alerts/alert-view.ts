/**
 * Decides what an alert shows, for every kind: headline, heading, and parts in reading order. The renderers (render-text-view.ts,
 * render-slack-view.ts) know no kinds, and only format the parts. A new kind needs an entry in `kindViews`.
 */
import type { Alert, AlertKind } from '../contract/json-event.ts';
import type { RatingPolicy } from '../firewall/index.ts';
import { listAccounts, showAccount } from './account-of-alert.ts';
import { accountFailureParts, accountRecoveryParts, organizationFailureParts } from './account-view.ts';
import {
  approvalHeading,
  approvedHeadline,
  madeParts,
  overHeadline,
  overParts,
  stillOpenHeadline,
  stillOpenParts,
  unreadableApprovalParts,
} from './approval-view.ts';
import type { DecidedAlert } from './decide-alerts.ts';
import { withoutApproved } from './describe-approved-part.ts';
import { nameActors, type ShowText } from './describe-attribution.ts';
import { appearedParts, attributionParts, changedParts, goneParts, transientParts } from './firewall-view.ts';
import { describeStart, firstReadParts, isEmptyStart, startParts } from './first-listing-view.ts';
import {
  describeFailureReason,
  failedRegionParts,
  recoveryParts,
  unreadableParts,
  wasNeverEnabled,
} from './gap-view.ts';
import { describeChange, describeOpen, describeTransientChange } from './headline-phrases.ts';
import { renderCount } from './render-count.ts';
import { renderSpan } from './render-instant.ts';
import { type AlertView, type Channel, sentence, type ViewPart } from './view-parts.ts';
import { weekHeading, weekParts } from './weekly-digest-view.ts';

type Alerts<T extends Alert = Alert> = readonly [T, ...T[]];

interface KindView {
  headline: (alert: Alert, policy: RatingPolicy) => string;
  parts: (alert: DecidedAlert, channel: Channel, group: Alerts) => ViewPart[];
  /** Default: the name of the instance (or the word "region"), the region, and the address if there is one. */
  heading?: (alert: Alert, channel: Channel, group: Alerts) => string[];
  /** Alerts with the same key are shown as one alert. `null`: the alert is shown alone. */
  groupKey?: (alert: Alert) => string | null;
  historyLead?: null;
  /** True if the heading shows no account while only one account is watched. */
  isWithoutAccount?: (alert: Alert) => boolean;
  /** If the alert has no instance, the subject shows no region, because the alert concerns the account or the headline names the region. */
  isWithoutRegion?: true;
  /** The footer shows no coverage (the numbers of regions and instances that a scan read), because the alert is not about a scan. */
  isWithoutCoverage?: true;
}

/** The fields of alerts that are not about a single region: no history query, and no region in the subject. */
const ofAccount = { historyLead: null, isWithoutRegion: true } as const;

const overView: KindView = {
  headline: overHeadline,
  heading: (alert, channel) => approvalHeading(alert, channel, 1),
  parts: overParts,
  ...ofAccount,
};

const kindViews: Readonly<Record<AlertKind, KindView>> = {
  'monitoring-started': {
    headline: (alert, policy) =>
      alert.instance === null ? describeStart([alert]) : `first read, ${describeOpen(alert, policy)}`,
    parts: (alert, channel) => {
      if (alert.instance !== null) return firstReadParts(alert, channel);
      return isEmptyStart(alert) ? [] : startParts(alert, channel);
    },
    heading: (alert, channel, group) => {
      if (alert.instance !== null) return describePlace(alert, channel);
      const { text } = channel;
      return isEmptyStart(alert)
        ? [`watching ${renderCount(group.length, 'region')} without instances: ${listRegions(group, text)}`]
        : [text(describeStart(group), 200)];
    },
    groupKey: (alert) => (isEmptyStart(alert) ? 'started-empty' : null),
    historyLead: null,
    isWithoutAccount: isEmptyStart,
    isWithoutRegion: true,
  },
  'firewall-changed': {
    headline: (alert, policy) => describeChange(withoutApproved(alert), policy),
    parts: changedParts,
  },
  'firewall-flapped': {
    headline: (alert, policy) => describeTransientChange(withoutApproved(alert), policy),
    parts: transientParts,
  },
  'instance-appeared': {
    headline: (alert, policy) => {
      const what = alert.replaces === undefined ? 'new instance' : 'replaced by a new instance';
      return `${what}, ${describeOpen(withoutApproved(alert), policy)}`;
    },
    parts: appearedParts,
  },
  'instance-gone': {
    headline: () => 'instance is gone',
    parts: goneParts,
  },
  unreadable: {
    headline: (alert) => `firewall can't be read${describeFailureReason(alert)}`,
    parts: unreadableParts,
  },
  'readable-again': {
    headline: () => 'firewall can be read again',
    parts: (alert, channel) => recoveryParts('read', alert, channel),
  },
  'region-unreadable': {
    headline: (alert) =>
      wasNeverEnabled(alert)
        ? 'region is not enabled, not watched'
        : `region can't be listed${describeFailureReason(alert)}`,
    heading: (alert, { text }, group) => [
      wasNeverEnabled(alert)
        ? `not enabled in this account, so not watched: ${listRegions(group, text)}`
        : `could not list ${group.length === 1 ? 'region' : `${group.length} regions:`} ${listRegions(group, text)}`,
    ],
    parts: failedRegionParts,
    groupKey: ({ failure, changedAfter }) => `region-failed ${failure?.reason} ${failure?.since} ${changedAfter}`,
    historyLead: null,
    isWithoutAccount: () => true,
  },
  'region-readable-again': {
    headline: () => 'region can be listed again',
    parts: (alert, channel) => recoveryParts('listed', alert, channel),
  },
  'account-unreadable': {
    headline: (alert) => `account can't be entered${describeFailureReason(alert)}`,
    heading: () => ['account not entered'],
    parts: accountFailureParts,
    ...ofAccount,
  },
  'account-readable-again': {
    headline: ({ reason }) => reason,
    heading: () => ['account watched'],
    parts: (alert, channel) => accountRecoveryParts('entered', alert, channel),
    ...ofAccount,
  },
  'account-removed': {
    headline: () => 'account is no longer watched',
    heading: () => ['account not watched'],
    parts: ({ reason }, { text }) => [
      sentence(
        `${text(reason, 300)}. From now on Portwatch detects no changes in this account. Its history stays in the table.`,
      ),
      sentence('You get this alert once. If this is not intended, correct the setting accounts, and deploy.'),
    ],
    ...ofAccount,
  },
  'organization-unreadable': {
    headline: (alert) => `organisation can't be listed${describeFailureReason(alert)}`,
    heading: () => ['organisation not listed'],
    parts: organizationFailureParts,
    ...ofAccount,
  },
  'organization-readable-again': {
    headline: ({ reason }) => reason,
    heading: () => ['organisation listed'],
    parts: (alert, channel) => accountRecoveryParts('listed', alert, channel),
    ...ofAccount,
  },
  attributed: {
    headline: (alert) => `${alert.reason}, by ${nameActors(alert) ?? 'an unknown actor'}`,
    parts: (alert, channel) => [
      sentence(
        `Earlier alert: ${channel.text(alert.reason, 300)}, ${channel.text(renderSpan(alert.changedAfter, alert.changedBefore), 120)}.`,
      ),
      ...attributionParts(alert, channel, ''),
    ],
    historyLead: null,
  },
  'attribution-denied': {
    headline: () => 'CloudTrail access is denied, so changes have no actor',
    parts: ({ reason }, { text }) => [
      sentence(`${text(reason, 300)}.`),
      sentence(
        'Portwatch can not find out who made a change in this region, or what was open between two scans. Everything else works.',
      ),
      sentence('You get this alert once. Add the permission, or set attribution to false.'),
    ],
    historyLead: null,
  },
  approved: {
    headline: approvedHeadline,
    heading: (alert, channel, group) => approvalHeading(alert, channel, group.length),
    parts: (_alert, channel, group) => madeParts(group, channel),
    groupKey: ({ approval }) =>
      approval === undefined ? null : JSON.stringify([approval.by, approval.reason, approval.until]),
    ...ofAccount,
  },
  'approval-ended': overView,
  'approval-revoked': overView,
  'approval-unreadable': {
    headline: () => 'an approval can not be read, so it approves nothing',
    heading: () => ['an approval can not be read'],
    parts: unreadableApprovalParts,
    ...ofAccount,
  },
  'still-open': {
    headline: stillOpenHeadline,
    heading: (alert, { text }) => [text(stillOpenHeadline(alert), 200)],
    parts: stillOpenParts,
    ...ofAccount,
  },
  'all-is-well': {
    headline: ({ reason }) => reason,
    heading: ({ week }, { isBrief }) => (week === undefined || isBrief ? [] : [weekHeading(week)]),
    parts: ({ reason, week }, channel) =>
      week === undefined ? [sentence(channel.text(reason, 500))] : weekParts(reason, week, channel),
    ...ofAccount,
  },
  test: {
    headline: ({ reason }) => reason,
    heading: ({ region }, { text, isBrief }) => (isBrief ? [] : [text(region, 40)]),
    parts: ({ reason }, { text }) => [
      sentence(`${text(reason, 300)}.`),
      sentence('Somebody ran portwatch test-alert. There is nothing to do.'),
    ],
    ...ofAccount,
    isWithoutCoverage: true,
  },
};

/** Returns text like `tcp 22 opened to anywhere`. The caller must escape the text. */
export function headlineOf(alert: Alert, policy: RatingPolicy): string {
  return kindViews[alert.kind].headline(alert, policy) || alert.kind;
}

/** `alertCount`: the number of alerts that the headline covers. The `monitoring-started` alerts of all regions have one headline. */
export function headlineOfFirst(
  alerts: Alerts,
  renderHeadline: (alert: Alert) => string,
): { headline: string; alertCount: number } {
  const [first] = alerts;
  const starts = alerts.filter(({ kind, instance }) => kind === 'monitoring-started' && instance === null);
  if (!starts.includes(first)) return { headline: renderHeadline(first), alertCount: 1 };
  return { headline: describeStart(starts), alertCount: starts.length };
}

export function showsRegion({ kind, instance }: Alert): boolean {
  return kindViews[kind].isWithoutRegion !== true || instance !== null;
}

export function hasCoverage(alerts: readonly Alert[]): boolean {
  return alerts.every(({ kind }) => kindViews[kind].isWithoutCoverage !== true);
}

/** Divides alerts into groups. The alerts of one group are shown as one alert. Groups are in the order of their first alerts. */
export function groupAlerts<T extends Alert>(alerts: readonly T[]): Alerts<T>[] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const [index, alert] of alerts.entries()) {
    const own = kindViews[alert.kind].groupKey?.(alert) ?? null;
    const key = groupKeyOverAccounts(alert) ?? (own === null ? String(index) : `${alert.account} ${own}`);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [alert]);
    else group.push(alert);
  }
  return [...groups.values()];
}

/** The key of a rollout: the same change on several instances, of one or several accounts. `null`: the alert is no part of a rollout. */
function groupKeyOverAccounts(alert: Alert): string | null {
  const { kind, account, severity, reason, opened, closed, dormant, notes, approved } = alert;
  if (kind !== 'firewall-changed' || account === undefined || opened === null || closed === null) return null;
  return `rollout ${JSON.stringify([severity, reason, opened, closed, dormant, notes, approved, nameActors(alert)])}`;
}

/** Maximum number of instances that the alert of a rollout names in the mail. Slack names at most 10 instances. */
const mostNamed = 100;

function buildRolloutView(group: Alerts<DecidedAlert>, channel: Channel): AlertView {
  const { name, text, isBrief } = channel;
  const [first] = group;
  const named = group.slice(0, isBrief ? 10 : mostNamed).map(({ instance, region, account = '', accountName }) => {
    const own = showAccount({ account, accountName }, text).trimEnd();
    return `${name(instance?.name ?? '', 80)}  ${text(region, 40)}  account ${own}`;
  });
  const more = group.length - named.length;
  const lines = more === 0 ? named : [...named, `and ${more} more, each with an alert of its own in the JSON event`];
  const instants = group.map(({ changedBefore }) => changedBefore).sort();
  const after = group.map(({ changedAfter }) => changedAfter);
  const since = after.includes(null) ? null : (after.toSorted().at(0) ?? null);
  const window = { ...first, changedAfter: since, changedBefore: instants.at(-1) ?? first.changedBefore };
  return {
    severity: first.severity,
    heading: [`the same change on ${group.length} instances in ${renderCount(listAccounts(group).length, 'account')}`],
    hasAccount: false,
    parts: [
      ...kindViews[first.kind].parts(window, channel, [window]),
      ...noteParts(first, channel),
      sentence('Changed on:', lines),
      ...(isBrief
        ? []
        : [
            sentence(
              'The command portwatch restore restores the firewall of one instance; its option --account names the account.',
            ),
          ]),
    ],
    restore: null,
    historyLead: null,
  };
}

/** `group`: one group that `groupAlerts` returned. */
export function buildView(group: Alerts<DecidedAlert>, channel: Channel): AlertView {
  const [alert] = group;
  const view = kindViews[alert.kind];
  if (group.length > 1 && groupKeyOverAccounts(alert) !== null) return buildRolloutView(group, channel);
  return {
    severity: alert.severity,
    heading: view.heading?.(alert, channel, group) ?? describePlace(alert, channel),
    hasAccount: alert.account !== undefined || view.isWithoutAccount?.(alert) !== true,
    parts: [...view.parts(alert, channel, group), ...noteParts(alert, channel), ...restoreNoteParts(alert, channel)],
    restore:
      alert.restoreCommand === null ? null : { lead: describeRestore(alert, channel), command: alert.restoreCommand },
    historyLead:
      view.historyLead === null ? null : alert.instance === null ? 'The history of the region:' : 'Its history:',
  };
}

function describePlace({ instance, region }: Alert, { text, name }: Channel): string[] {
  const address = instance?.publicIpAddress ?? instance?.ipv6Addresses[0] ?? null;
  return [
    instance === null ? 'region' : name(instance.name, 80),
    text(region, 40),
    ...(address === null ? [] : [name(address, 60)]),
  ];
}

function listRegions(group: Alerts, show: ShowText): string {
  return group.map(({ region }) => show(region, 40)).join(', ');
}

function noteParts({ notes }: Alert, { text, isBrief, maxLines }: Channel): ViewPart[] {
  if (isBrief) return [];
  if (notes === null) return [sentence('Notes: too long for this message; the history has them.')];
  const more = notes.length - maxLines.notes;
  return [
    ...notes.slice(0, maxLines.notes).map((note) => sentence(`Note: ${text(note.text, 400)}`)),
    ...(more > 0 ? [sentence(`and ${renderCount(more, 'more note')}`)] : []),
  ];
}

function restoreNoteParts({ restoreCommand, restoreNote }: Alert, { text, isBrief }: Channel): ViewPart[] {
  if (restoreCommand !== null || restoreNote === null) return [];
  return [
    sentence(`No restore command: ${text(restoreNote, 500)}.`),
    ...(isBrief ? [] : [sentence('The earlier rules are in its history.')]),
  ];
}

function describeRestore({ restoreEffect }: Alert, { text }: Channel): string {
  // In events of earlier versions, `restoreEffect` is missing, and the command always replaces the whole firewall.
  const effect = restoreEffect ?? 'replaces the whole firewall with what it was';
  return `Put it back (${text(effect, 500)}; stops if you are in another account):`;
}
