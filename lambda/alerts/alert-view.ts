/**
 * Decides what an alert shows, for every kind: headline, heading, and parts in reading order. The renderers (render-text.ts,
 * render-slack.ts) know no kind: they decide only how a part looks. A new kind needs an entry in `kindViews`.
 */
import type { Alert, AlertKind } from '../contract/json-event.ts';
import {
  describeReach,
  type Ranking,
  type RatingPolicy,
  type Reach,
  rankClosed,
  rankOpen,
  rateExposure,
  renderPhrase,
} from '../firewall/index.ts';
import { accountFailureParts, accountRecoveryParts, organizationFailureParts } from './account-view.ts';
import { listAccounts } from './alert-account.ts';
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
import { approvedParts, withoutApproved } from './approved-view.ts';
import { countOf } from './count-of.ts';
import type { DecidedAlert } from './decide-alerts.ts';
import { describeAttribution, nameActors, type ShowText } from './describe-attribution.ts';
import { describeChange, describeOpen, describeTransientChange } from './describe-exposure.ts';
import { rankingOf } from './rank-exposure.ts';
import { renderInstant, renderSpan, renderWindow } from './render-instant.ts';
import { type AlertView, type Channel, type ExposureList, sentence, type ViewPart } from './view-parts.ts';
import { weekHeading, weekParts } from './weekly-digest-view.ts';

type Alerts<T extends Alert = Alert> = readonly [T, ...T[]];

interface KindView {
  headline: (alert: Alert, policy: RatingPolicy) => string;
  parts: (alert: DecidedAlert, channel: Channel, group: Alerts) => ViewPart[];
  /** Left out: the instance or the region, and the address. */
  heading?: (alert: Alert, channel: Channel, group: Alerts) => string[];
  /** Alerts with the same key are shown as one alert. `null`: the alert is shown alone. */
  groupKey?: (alert: Alert) => string | null;
  historyLead?: null;
  /** True if the alert names no account in its heading. */
  isWithoutAccount?: (alert: Alert) => boolean;
  /** True if the subject must not show the region: the alert is about the whole account, or the headline names the region. */
  isWithoutRegion?: true;
  /** True if the footer must not show the coverage: the alert is not about a scan. */
  isWithoutCoverage?: true;
}

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
        ? [`watching ${countOf(group.length, 'region')} without instances: ${listRegions(group, text)}`]
        : [text(describeStart(group), 200)];
    },
    groupKey: (alert) => (isEmptyStart(alert) ? 'started-empty' : null),
    historyLead: null,
    isWithoutAccount: isEmptyStart,
    isWithoutRegion: true,
  },
  'firewall-changed': {
    headline: (alert, policy) => describeChange(withoutApproved(alert), policy),
    parts: (alert, channel) => [
      exposure(list('OPENED', 'opened', alert, channel), list('CLOSED', 'closed', alert, channel)),
      ...approvedParts(alert, channel),
      ...dormantParts(alert, channel),
      ...reasonParts(alert, channel),
      ...attributionParts(alert, channel, describeWhen('Changed', alert, channel)),
    ],
  },
  'firewall-flapped': {
    headline: (alert, policy) => describeTransientChange(withoutApproved(alert), policy),
    parts: (alert, channel) => [
      exposure(list('WAS OPEN', 'opened', alert, channel)),
      exposure(list('WAS CLOSED', 'closed', alert, channel)),
      ...approvedParts(alert, channel),
      ...reasonParts(alert, channel),
      ...attributionParts(alert, channel, describeTransientTime(alert, channel)),
    ],
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
    parts: (alert, channel) => [
      sentence(`GONE: the region no longer lists it. ${describeWhen('Deleted', alert, channel)}`),
      exposure(list('WAS OPEN', 'closed', alert, channel)),
      ...reasonParts(alert, channel),
      ...knownAttributionParts(alert, channel),
    ],
  },
  unreadable: {
    headline: (alert) => `firewall can't be read${describeFailureReason(alert)}`,
    parts: ({ failure, reason, changedAfter }, channel) => [
      sentence(
        failure === undefined
          ? `CAN'T BE READ: ${channel.text(reason, 500)}`
          : `CAN'T BE READ since ${renderAt(failure.since, channel)}: ${describeFailure(failure, channel)}`,
      ),
      sentence(
        `${changedAfter === null ? 'Its firewall was never read.' : `Its firewall was last confirmed at ${renderAt(changedAfter, channel)}.`} ` +
          'What can reach it now is unknown, not closed. You get an alert when it can be read again.',
      ),
    ],
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
    historyLead: null,
    isWithoutRegion: true,
  },
  'account-readable-again': {
    headline: ({ reason }) => reason,
    heading: () => ['account watched'],
    parts: (alert, channel) => accountRecoveryParts('entered', alert, channel),
    historyLead: null,
    isWithoutRegion: true,
  },
  'account-removed': {
    headline: () => 'account is no longer watched',
    heading: () => ['account not watched'],
    parts: ({ reason }, { text }) => [
      sentence(`${text(reason, 300)}. From now on Portwatch detects no changes in it; its history stays in the table.`),
      sentence('You get this alert once. If that is not intended, correct accounts in the configuration, and deploy.'),
    ],
    historyLead: null,
    isWithoutRegion: true,
  },
  'organization-unreadable': {
    headline: (alert) => `organisation can't be listed${describeFailureReason(alert)}`,
    heading: () => ['organisation not listed'],
    parts: organizationFailureParts,
    historyLead: null,
    isWithoutRegion: true,
  },
  'organization-readable-again': {
    headline: ({ reason }) => reason,
    heading: () => ['organisation listed'],
    parts: (alert, channel) => accountRecoveryParts('listed', alert, channel),
    historyLead: null,
    isWithoutRegion: true,
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
    historyLead: null,
    isWithoutRegion: true,
  },
  'approval-ended': {
    headline: overHeadline,
    heading: (alert, channel) => approvalHeading(alert, channel, 1),
    parts: overParts,
    historyLead: null,
    isWithoutRegion: true,
  },
  'approval-revoked': {
    headline: overHeadline,
    heading: (alert, channel) => approvalHeading(alert, channel, 1),
    parts: overParts,
    historyLead: null,
    isWithoutRegion: true,
  },
  'approval-unreadable': {
    headline: () => 'an approval can not be read, so it approves nothing',
    heading: () => ['an approval can not be read'],
    parts: unreadableApprovalParts,
    historyLead: null,
    isWithoutRegion: true,
  },
  'still-open': {
    headline: stillOpenHeadline,
    heading: (alert, { text }) => [text(stillOpenHeadline(alert), 200)],
    parts: stillOpenParts,
    historyLead: null,
    isWithoutRegion: true,
  },
  'all-is-well': {
    headline: ({ reason }) => reason,
    heading: ({ week }, { isBrief }) => (week === undefined || isBrief ? [] : [weekHeading(week)]),
    parts: ({ reason, week }, channel) =>
      week === undefined ? [sentence(channel.text(reason, 500))] : weekParts(reason, week, channel),
    historyLead: null,
    isWithoutRegion: true,
  },
  test: {
    headline: ({ reason }) => reason,
    heading: ({ region }, { text, isBrief }) => (isBrief ? [] : [text(region, 40)]),
    parts: ({ reason }, { text }) => [
      sentence(`${text(reason, 300)}.`),
      sentence('Somebody ran portwatch test-alert. There is nothing to do.'),
    ],
    historyLead: null,
    isWithoutRegion: true,
    isWithoutCoverage: true,
  },
};

/** `tcp 22 opened to anywhere`, without severity, instance and region. Not escaped. */
export function headlineOf(alert: Alert, policy: RatingPolicy): string {
  return kindViews[alert.kind].headline(alert, policy) || alert.kind;
}

/**
 * The headline of the first alert, and the number of alerts with this headline: the `monitoring-started` alerts of all regions share one.
 */
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

/** Groups of alerts that are shown as one alert, in the order of their first alerts. */
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

/** The same change in many accounts at once (a rollout) is shown as one alert. `null`: the alert is not grouped. */
function groupKeyOverAccounts(alert: Alert): string | null {
  const { kind, account, severity, reason, opened, closed, dormant, notes, approved } = alert;
  if (kind !== 'firewall-changed' || account === undefined || opened === null || closed === null) return null;
  return `rollout ${JSON.stringify([severity, reason, opened, closed, dormant, notes, approved, nameActors(alert)])}`;
}

/** An alert of a rollout names at most this number of instances; further ones are counted. */
const mostNamed = 100;

function buildRolloutView(group: Alerts<DecidedAlert>, channel: Channel): AlertView {
  const { name, text, isBrief } = channel;
  const [first] = group;
  const named = group.slice(0, isBrief ? 10 : mostNamed).map(({ instance, region, account = '', accountName }) => {
    const own = accountName === undefined || accountName === account ? '' : ` (${text(accountName, 80)})`;
    return `${name(instance?.name ?? '', 80)}  ${text(region, 40)}  account ${text(account, 20)}${own}`;
  });
  const more = group.length - named.length;
  const lines = more === 0 ? named : [...named, `and ${more} more, each with an alert of its own in the JSON event`];
  const instants = group.map(({ changedBefore }) => changedBefore).sort();
  const after = group.map(({ changedAfter }) => changedAfter);
  const since = after.includes(null) ? null : (after.toSorted().at(0) ?? null);
  const window = { ...first, changedAfter: since, changedBefore: instants.at(-1) ?? first.changedBefore };
  return {
    severity: first.severity,
    heading: [`the same change on ${group.length} instances in ${countOf(listAccounts(group).length, 'account')}`],
    hasAccount: false,
    parts: [
      ...kindViews[first.kind].parts(window, channel, [window]),
      ...noteParts(first, channel),
      sentence('Changed on:', lines),
      ...(isBrief
        ? []
        : [sentence('The command portwatch restore puts one back; its option --account names the account.')]),
    ],
    restore: null,
    historyLead: null,
  };
}

/** `group`: an element of the result of `groupAlerts`. */
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

function exposure(...lists: ExposureList[]): ViewPart {
  return { part: 'exposure', lists };
}

/** The list `side` of an alert, worst first. */
function list(label: string, side: 'opened' | 'closed', alert: DecidedAlert, channel: Channel): ExposureList {
  const { isBrief, maxLines, policy } = channel;
  const background = side === 'opened' && !isBrief ? alert.openBefore : undefined;
  return listReach(label, alert[side], rankingOf(alert, side, policy), maxLines[side], channel, background);
}

function listReach(
  label: string,
  reach: readonly Reach[] | null,
  ranking: Ranking,
  maxLines: number,
  { maxSources }: Channel,
  background?: readonly Reach[],
): ExposureList {
  if (reach === null) return { label, phrases: null, more: 0 };
  return { label, ...describeReach(reach, ranking, { maxLines, maxSources, ...(background && { background }) }) };
}

function describePlace({ instance, region }: Alert, { text, name }: Channel): string[] {
  const address = instance?.publicIpAddress ?? instance?.ipv6Addresses[0] ?? null;
  return [
    instance === null ? 'region' : name(instance.name, 80),
    text(region, 40),
    ...(address === null ? [] : [name(address, 60)]),
  ];
}

/** One sentence for all regions that the same scan listed for the first time. */
function describeStart(alerts: readonly Alert[]): string {
  const inhabited = alerts.filter((alert) => (alert.summary?.instancesListed ?? 0) > 0);
  const [first] = inhabited.length === 0 ? alerts : inhabited;
  const count = alerts.reduce((sum, { summary }) => sum + (summary?.instancesListed ?? 0), 0);
  const regions = inhabited.length === 0 ? alerts.length : inhabited.length;
  const where = regions === 1 && first !== undefined ? first.region : countOf(regions, 'region');
  return `watching ${countOf(count, 'instance')} in ${where}`;
}

function isEmptyStart({ summary }: Alert): boolean {
  return summary?.instancesListed === 0;
}

/** One line for each instance. Exposures beyond the limit of the channel are counted. */
function startParts({ summary, region }: Alert, { text, name, isBrief, maxLines, policy }: Channel): ViewPart[] {
  if (summary === undefined) return [sentence(`The table has the instances and firewalls of ${text(region, 40)}.`)];
  const { worst, more, instancesListed, instancesRead } = summary;
  const rated = worst.map(({ instanceName, severity, exposure: reach, hasApproved }): ViewPart => {
    // A summary has no notes: a rule that is not understood shows in the severity alone.
    const hasUnknownField = rateExposure({ reach, dormant: [], notes: [] }, policy).severity !== severity;
    const ranking = { ...rankOpen({ reach, notes: [] }, policy), hasUnknownField };
    const described = describeReach(reach, ranking, {
      maxLines: maxLines.worst,
      maxSources: 2,
    });
    const open = described.phrases.map((phrase) => name(renderPhrase(phrase), 400));
    if (described.more > 0) open.push(`${described.more} more`);
    if (hasApproved) open.push(open.length === 0 ? 'only what is approved' : 'and what is approved');
    const what = open.length === 0 ? 'nothing reaches it' : open.join('; ');
    return { part: 'rated', severity, text: `${name(instanceName, 80)}   ${what}` };
  });
  const unread = instancesListed - instancesRead;
  return [
    ...rated,
    ...(more > 0 ? [sentence(`and ${more} more${worst.length > 0 ? ', none of them worse' : ''}`)] : []),
    ...(unread > 0
      ? [sentence(`${unread} of ${instancesListed} could not be read yet; you get an alert if this continues.`)]
      : []),
    ...(isBrief ? [] : [sentence('From now on you get an alert when this changes.')]),
  ];
}

/** The exposure of one instance that was not yet readable when its region was listed for the first time. */
function firstReadParts(alert: DecidedAlert, channel: Channel): ViewPart[] {
  return [
    sentence('READ FOR THE FIRST TIME. The alert about the first listing of its region did not include it.'),
    ...openParts(alert, channel),
  ];
}

function openParts(alert: DecidedAlert, channel: Channel): ViewPart[] {
  return [
    alert.opened?.length === 0 ? sentence('Nothing reaches it.') : exposure(list('OPEN', 'opened', alert, channel)),
    ...approvedParts(alert, channel),
    ...dormantParts(alert, channel),
    ...reasonParts(alert, channel),
  ];
}

function describeTransientTime({ changedAfter, changedBefore, opened, closed }: Alert, { text }: Channel): string {
  const when = text(renderSpan(changedAfter, changedBefore), 120);
  return opened?.length === 0 && closed?.length === 0
    ? `CloudTrail recorded this ${when}. The scans before and after did not find it.`
    : `According to CloudTrail, this happened ${when}. The scans before and after did not find it. It is over.`;
}

function appearedParts(alert: DecidedAlert, channel: Channel): ViewPart[] {
  const { replaces, changedAfter, changedBefore } = alert;
  const arn = replaces?.arn ? ` (${channel.name(replaces.arn, 120)})` : '';
  const isSame = replaces?.opened?.length === 0 && replaces.closed?.length === 0;
  const ranking = rankingOf(alert, 'opened', channel.policy);
  const lost = { closed: replaces?.closed ?? [], after: alert.opened };
  const after = changedAfter === null ? '' : `; not listed at ${renderAt(changedAfter, channel)}`;
  return [
    sentence(
      replaces === undefined
        ? 'NEW instance.'
        : `NEW instance. It replaces an earlier instance of the same name${arn}.`,
    ),
    ...openParts(alert, channel),
    ...(replaces === undefined || isSame || channel.isBrief
      ? []
      : [
          sentence('Compared with the firewall of the earlier instance:'),
          nested(listReach('OPENED', replaces.opened, ranking, channel.maxLines.replaced, channel)),
          nested(
            listReach('CLOSED', replaces.closed, rankClosed(lost, channel.policy), channel.maxLines.replaced, channel),
          ),
        ]),
    sentence(`First seen at ${renderAt(changedBefore, channel)}${after}.`),
    ...knownAttributionParts(alert, channel),
  ];
}

function nested(exposureList: ExposureList): ViewPart {
  return { part: 'exposure', lists: [exposureList], isNested: true };
}

function dormantParts({ dormant, notes, instance }: Alert, channel: Channel): ViewPart[] {
  if (dormant === null || dormant.length === 0 || channel.isBrief) return [];
  const ranking = rankOpen({ reach: dormant, notes: notes ?? [] }, channel.policy);
  const type = channel.text(instance?.ipAddressType ?? 'its present', 20);
  return [
    sentence(
      `Dormant rules: they have no effect with ${type} addresses, and take effect if the instance gets other addresses:`,
    ),
    nested(listReach('DORMANT', dormant, ranking, channel.maxLines.dormant, channel)),
  ];
}

function reasonParts({ reason }: Alert, { text }: Channel): ViewPart[] {
  return reason === '' ? [] : [{ part: 'reason', text: text(reason, 500) }];
}

function attributionParts(alert: Alert, { name }: Channel, before: string): ViewPart[] {
  const { lead, calls, doubt } = describeAttribution(alert, name);
  return [sentence(before === '' ? lead : `${before} ${lead}`, calls), ...(doubt === null ? [] : [sentence(doubt)])];
}

/** Empty without an attribution: for these kinds the actor is often never found, so "not known yet" would be wrong. */
function knownAttributionParts(alert: Alert, channel: Channel): ViewPart[] {
  return alert.changedBy === null ? [] : attributionParts(alert, channel, '');
}

function describeWhen(verb: string, { changedAfter, changedBefore }: Alert, channel: Channel): string {
  return changedAfter === null
    ? `${verb} before ${renderAt(changedBefore, channel)}; no earlier scan confirmed its firewall.`
    : `${verb} ${channel.text(renderWindow(changedAfter, changedBefore), 120)}.`;
}

/** The result is escaped, because an event from outside can contain any text in place of an instant. */
function renderAt(instant: string, { text }: Channel): string {
  return text(renderInstant(instant), 60);
}

function describeFailure({ reason, message }: NonNullable<Alert['failure']>, { text, name }: Channel): string {
  return `${name(reason, 60)}. ${text(message, 300)}`;
}

function describeFailureReason({ failure }: Alert): string {
  return failure === undefined ? '' : ` (${failure.reason})`;
}

/** True for a region that is not enabled and was never listed. A region that was switched off later was watched before. */
function wasNeverEnabled({ failure, changedAfter }: Alert): boolean {
  return failure?.reason === 'region-not-enabled' && changedAfter === null;
}

function listRegions(group: Alerts, show: ShowText): string {
  return group.map(({ region }) => show(region, 40)).join(', ');
}

function failedRegionParts(alert: Alert, channel: Channel): ViewPart[] {
  const { failure, changedAfter } = alert;
  if (wasNeverEnabled(alert)) {
    return [sentence('You get this alert once. A region that you enable later is watched from then on.')];
  }
  return [
    ...(failure === undefined
      ? []
      : [sentence(`Since ${renderAt(failure.since, channel)}: ${describeFailure(failure, channel)}`)]),
    sentence(
      `It was ${changedAfter === null ? 'never listed' : `last listed at ${renderAt(changedAfter, channel)}`}. ` +
        'While a region can not be listed, Portwatch detects no changes in it. ' +
        `You get an alert when it can be listed${changedAfter === null ? '' : ' again'}.`,
    ),
    ...(failure?.reason === 'access-denied' && changedAfter === null
      ? [
          sentence(
            'If the region is denied on purpose, set regions to the regions that you use; without it, Portwatch tries the region again ' +
              'with growing pauses of up to an hour.',
          ),
        ]
      : []),
  ];
}

function recoveryParts(verb: 'read' | 'listed', { failure, changedBefore }: Alert, channel: Channel): ViewPart[] {
  const again = `CAN BE ${verb.toUpperCase()} AGAIN, at ${renderAt(changedBefore, channel)}.`;
  if (failure === undefined) return [sentence(again)];
  const { since, reason } = failure;
  return [
    sentence(`${again} It could not be ${verb} since ${renderAt(since, channel)} (${channel.name(reason, 60)}).`),
  ];
}

function noteParts({ notes }: Alert, { text, isBrief, maxLines }: Channel): ViewPart[] {
  if (isBrief) return [];
  if (notes === null) return [sentence('Notes: too long for this message; the history has them.')];
  const more = notes.length - maxLines.notes;
  return [
    ...notes.slice(0, maxLines.notes).map((note) => sentence(`Note: ${text(note.text, 400)}`)),
    ...(more > 0 ? [sentence(`and ${more} more notes`)] : []),
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
  // The event of an earlier version has no effect, and its command always replaces the whole firewall.
  const effect = restoreEffect ?? 'replaces the whole firewall with what it was';
  return `Put it back (${text(effect, 500)}; stops if you are in another account):`;
}
