/** Decides what alerts about the firewall of an instance show: exposure, reason of the severity, time and actor. */
import type { Alert } from '../contract/json-event.ts';
import { describeReach, type Ranking, type Reach, rankClosed, rankOpen } from '../firewall/index.ts';
import type { DecidedAlert } from './decide-alerts.ts';
import { approvedParts } from './describe-approved-part.ts';
import { describeAttribution } from './describe-attribution.ts';
import { rankingOf } from './rank-alert-lists.ts';
import { renderSpan, renderWindow } from './render-instant.ts';
import { type Channel, type ExposureList, renderAt, sentence, type ViewPart } from './view-parts.ts';

export function changedParts(alert: DecidedAlert, channel: Channel): ViewPart[] {
  return [
    exposure(list('OPENED', 'opened', alert, channel), list('CLOSED', 'closed', alert, channel)),
    ...approvedParts(alert, channel),
    ...dormantParts(alert, channel),
    ...reasonParts(alert, channel),
    ...attributionParts(alert, channel, describeWhen('Changed', alert, channel)),
  ];
}

export function transientParts(alert: DecidedAlert, channel: Channel): ViewPart[] {
  return [
    exposure(list('WAS OPEN', 'opened', alert, channel)),
    exposure(list('WAS CLOSED', 'closed', alert, channel)),
    ...approvedParts(alert, channel),
    ...reasonParts(alert, channel),
    ...attributionParts(alert, channel, describeTransientTime(alert, channel)),
  ];
}

export function appearedParts(alert: DecidedAlert, channel: Channel): ViewPart[] {
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

export function goneParts(alert: DecidedAlert, channel: Channel): ViewPart[] {
  return [
    sentence(`GONE: the region no longer lists it. ${describeWhen('Deleted', alert, channel)}`),
    exposure(list('WAS OPEN', 'closed', alert, channel)),
    ...reasonParts(alert, channel),
    ...knownAttributionParts(alert, channel),
  ];
}

function exposure(...lists: ExposureList[]): ViewPart {
  return { part: 'exposure', lists };
}

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

function nested(exposureList: ExposureList): ViewPart {
  return { part: 'exposure', lists: [exposureList], isNested: true };
}

export function openParts(alert: DecidedAlert, channel: Channel): ViewPart[] {
  return [
    alert.opened?.length === 0 ? sentence('Nothing reaches it.') : exposure(list('OPEN', 'opened', alert, channel)),
    ...approvedParts(alert, channel),
    ...dormantParts(alert, channel),
    ...reasonParts(alert, channel),
  ];
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

export function attributionParts(alert: Alert, { name }: Channel, before: string): ViewPart[] {
  const { lead, calls, doubt } = describeAttribution(alert, name);
  return [sentence(before === '' ? lead : `${before} ${lead}`, calls), ...(doubt === null ? [] : [sentence(doubt)])];
}

/**
 * Returns nothing if the actor is not known. The text "not known yet" would be wrong: for new and deleted instances the actor is often
 * never found.
 */
function knownAttributionParts(alert: Alert, channel: Channel): ViewPart[] {
  return alert.changedBy === null ? [] : attributionParts(alert, channel, '');
}

function describeWhen(verb: string, { changedAfter, changedBefore }: Alert, channel: Channel): string {
  return changedAfter === null
    ? `${verb} before ${renderAt(changedBefore, channel)}; no earlier scan confirmed its firewall.`
    : `${verb} ${channel.text(renderWindow(changedAfter, changedBefore), 120)}.`;
}

function describeTransientTime({ changedAfter, changedBefore, opened, closed }: Alert, { text }: Channel): string {
  const when = text(renderSpan(changedAfter, changedBefore), 120);
  return opened?.length === 0 && closed?.length === 0
    ? `CloudTrail recorded this ${when}. The scans before and after did not find it.`
    : `According to CloudTrail, this happened ${when}. The scans before and after did not find it. It is over.`;
}
