/**
 * Decides how what is to be told is cut into SNS messages: in the order it comes, so that whoever publishes can mark as told message by
 * message; within a message worst first; each within the size that every kind of subscriber takes.
 */
import type { Alert, Digest } from '../contract/json-event.ts';
import { worstSeverity } from '../firewall/index.ts';
import { renderChatNotification } from './chat-notification.ts';
import { countBacklog } from './count-backlog.ts';
import type { DigestContext } from './digest.ts';
import { buildDigest, type DigestContent } from './digest.ts';
import { renderEmail } from './email.ts';
import { renderWireJson } from './escape.ts';
import { shrinkAlert } from './shrink-alert.ts';
import type { SnsMessage } from './sns-message.ts';
import { renderSubject } from './subject.ts';
import { sortWorstFirst } from './worst-first.ts';

export interface PlannedMessage {
  message: SnsMessage;
  /** How many of the groups are wholly told once this message and those before it are published. */
  groupsDone: number;
  /** Alerts that this message tells, in full or counted. */
  alertCount: number;
  digest: Digest;
}

/** SNS takes 262,144 bytes, body plus attributes, where mail or HTTPS is subscribed. */
export const maxMessageBytes = 240_000;
/** More alerts than this are a backlog: only the critical and the high ones come in full. */
export const maxAlertsInFull = 200;

/** A group on its way: what is told in full of it, what is only counted, and how much room it takes. */
interface Weighed {
  /** As the JSON will have them: without what there is no room for. */
  full: Alert[];
  /** The same alerts, whole: the mail and the chat cut by lines of their own. */
  shown: Alert[];
  counted: Alert[];
  bytes: number;
}

/** What every message of a digest shares. */
interface Frame {
  context: DigestContext;
  digestId: string;
}

/**
 * `groups`: oldest first; the alerts of a group (those of one history entry) stay in one message. Every group is covered by exactly one
 * message, and no message is empty: no alerts, no messages.
 */
export function planMessages(
  groups: readonly (readonly Alert[])[],
  context: DigestContext,
  digestId: string,
): PlannedMessage[] {
  const total = groups.reduce((sum, group) => sum + group.length, 0);
  if (total === 0) return [];
  const frame = { context, digestId };
  const isBacklog = total > maxAlertsInFull;
  const whole = isBacklog ? null : planWhole(groups.flat(), frame);
  if (whole !== null) return [{ ...whole, groupsDone: groups.length }];
  const scale = buildScale(frame);
  const room = maxMessageBytes - overheadBytes(frame, isBacklog ? groups.flat() : []);
  const cuts = cutByWeight(
    groups.map((group) => weigh(group, isBacklog, room, scale)),
    room,
  );
  let groupsDone = 0;
  return cuts.map((cut, index) => {
    groupsDone += cut.length;
    return { ...planMessage(cut, frame, { index: index + 1, count: cuts.length }), groupsDone };
  });
}

/** Nearly always all that is to be told fits one message, and need not be weighed alert by alert; `null`: it does not. */
function planWhole(alerts: Alert[], frame: Frame): Omit<PlannedMessage, 'groupsDone'> | null {
  const planned = planMessage([{ full: alerts, shown: alerts, counted: [] }], frame, { index: 1, count: 1 });
  return Buffer.byteLength(planned.message.message, 'utf8') <= maxMessageBytes ? planned : null;
}

/** Fills each message up before the next is begun. Groups without alerts weigh nothing and go with their neighbours. */
function cutByWeight(groups: readonly Weighed[], room: number): Weighed[][] {
  const cuts: Weighed[][] = [[]];
  let used = 0;
  for (const group of groups) {
    if (used > 0 && used + group.bytes > room) {
      cuts.push([]);
      used = 0;
    }
    cuts.at(-1)?.push(group);
    used += group.bytes;
  }
  return cuts;
}

function weigh(group: readonly Alert[], isBacklog: boolean, room: number, scale: Scale): Weighed {
  const isInFull = ({ severity }: Alert) => !isBacklog || severity === 'critical' || severity === 'high';
  const shown = group.filter(isInFull);
  const counted = group.filter((alert) => !isInFull(alert));
  const bytes = scale(shown, shown);
  if (bytes <= room) return { full: shown, shown, counted, bytes };
  const share = Math.floor(room / shown.length);
  const full = shown.map((alert) => shrinkAlert(alert, (smaller) => scale([smaller], [alert]) <= share));
  return { full, shown, counted, bytes: scale(full, shown) };
}

/** Bytes that alerts add to a message: in the JSON as `full`, in mail and chat as `shown`. */
type Scale = (full: Alert[], shown: Alert[]) => number;

/** What stands between two alerts in the JSON and in the mail, and a longer ", 123 more" in the subject. */
const separatorBytes = 100;

function buildScale(frame: Frame): Scale {
  const empty = measure(serialise({ alerts: [] }, { alerts: [] }, frame, widestPart));
  return (full, shown) => {
    if (shown.length === 0) return 0;
    return measure(serialise({ alerts: full }, { alerts: shown }, frame, widestPart)) - empty + separatorBytes;
  };
}

/** What a message takes beside its alerts: coverage, counts, the query. */
function overheadBytes(frame: Frame, backlog: readonly Alert[]): number {
  const content = { alerts: [], ...countBacklog(backlog, frame.context) };
  return measure(serialise(content, content, frame, widestPart)) + separatorBytes;
}

/** Longer than any that will be: the number of parts is not known while they are cut. */
const widestPart = { index: 99_999, count: 99_999 };

function planMessage(
  cut: readonly Omit<Weighed, 'bytes'>[],
  frame: Frame,
  part: Digest['part'],
): Omit<PlannedMessage, 'groupsDone'> {
  const backlog = cut.flatMap(({ counted }) => counted);
  const counts = countBacklog(backlog, frame.context);
  const forJson: DigestContent = { alerts: sortWorstFirst(cut.flatMap(({ full }) => full)), ...counts };
  const forPeople: DigestContent = { alerts: sortWorstFirst(cut.flatMap(({ shown }) => shown)), ...counts };
  const { subject, message, digest } = serialise(forJson, forPeople, frame, part);
  const told = [...forPeople.alerts, ...backlog];
  const attributes = renderAttributes(told, forPeople.alerts[0] ?? backlog[0], frame.context);
  return { message: { subject, message, attributes }, alertCount: told.length, digest };
}

function serialise(forJson: DigestContent, forPeople: DigestContent, frame: Frame, part: Digest['part']) {
  const digest = buildDigest(forJson, frame.context, frame.digestId, part);
  const shown = buildDigest(forPeople, frame.context, frame.digestId, part);
  const subject = renderSubject(shown);
  const message = JSON.stringify({
    default: renderWireJson(digest),
    email: renderEmail(shown, frame.context),
    https: renderWireJson(renderChatNotification(shown, subject)),
  });
  return { subject, message, digest };
}

function measure({ message }: { message: string }): number {
  return Buffer.byteLength(message, 'utf8');
}

/** `kind`: the first alert's, the worst. AWS's documents are unclear on whether attributes survive `MessageStructure: json`. */
function renderAttributes(told: readonly Alert[], first: Alert | undefined, { account }: DigestContext) {
  const regions = [...new Set(told.map(({ region }) => region))];
  const attributes: SnsMessage['attributes'] = {
    severity: { type: 'String', value: worstSeverity(told.map(({ severity }) => severity)) },
    region: { type: 'String.Array', value: renderWireJson(regions) },
    account: { type: 'String', value: account },
  };
  if (first !== undefined) attributes['kind'] = { type: 'String', value: first.kind };
  return attributes;
}
