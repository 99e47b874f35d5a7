/**
 * Decides how alerts are divided into SNS messages. Messages follow the order of the groups, so that the caller can mark the groups as
 * alerted after each message. In a message the worst alert is first. Each message is small enough for every protocol of a subscription.
 */
import type { Alert, Digest } from '../contract/json-event.ts';
import { worstSeverity } from '../firewall/index.ts';
import { listAccounts } from './account-of-alert.ts';
import { sortWorstFirst } from './alert-kinds.ts';
import { buildDigest, type DigestContent, type DigestContext } from './build-digest.ts';
import { countAlertsByKind } from './count-alerts-by-kind.ts';
import type { DecidedAlert } from './decide-alerts.ts';
import { renderWireJson } from './escape.ts';
import { renderEmail } from './render-email.ts';
import { RenderedAlerts } from './rendered-alerts.ts';
import { shrinkAlert } from './shrink-alert.ts';
import type { SnsMessage } from './sns-message.ts';
import { renderSubject } from './subject.ts';

export interface PlannedMessage {
  message: SnsMessage;
  /** The number of groups in this message and in the messages before. */
  groupsDone: number;
  /** Alerts in this message, in full or counted. */
  alertCount: number;
  digest: Digest;
}

/** SNS accepts at most 262,144 bytes, body plus attributes, if mail or HTTPS is subscribed. */
export const maxMessageBytes = 240_000;
/** With more alerts than this (a backlog), only the critical and high alerts are sent in full. */
const maxAlertsInFull = 200;

interface WeighedGroup {
  /** The alerts for the JSON event. Long fields are `null` if the message has no room. */
  full: DecidedAlert[];
  /** The alerts of this message with all their fields, for the mail: the renderer of the mail limits their length. */
  shown: DecidedAlert[];
  counted: DecidedAlert[];
  bytes: number;
}

/** The values that are the same in all messages of a digest. */
interface Frame {
  context: DigestContext;
  digestId: string;
  rendered: RenderedAlerts;
}

/**
 * `groups`: in the order of the messages. Every group is in exactly one message. Without alerts there are no messages. `moreWaiting`:
 * alerts of the same backlog that other calls of this function send.
 */
export function planMessages(
  groups: readonly (readonly DecidedAlert[])[],
  context: DigestContext,
  digestId: string,
  moreWaiting = 0,
): PlannedMessage[] {
  const total = groups.reduce((sum, group) => sum + group.length, 0);
  if (total === 0) return [];
  const frame = { context, digestId, rendered: new RenderedAlerts(context) };
  const isBacklog = total + moreWaiting > maxAlertsInFull;
  const whole = isBacklog ? null : planWhole(groups.flat(), frame);
  if (whole !== null) return [{ ...whole, groupsDone: groups.length }];
  const measureAlerts = buildMeasure(frame);
  const room = maxMessageBytes - overheadBytes(frame, isBacklog ? groups.flat() : []);
  const weighed = groups.map((group) => weighGroup(group, isBacklog, room, measureAlerts));
  const cuts = cutByWeight(weighed, room);
  let groupsDone = 0;
  return cuts.map((cut, index) => {
    groupsDone += cut.length;
    return { ...planMessage(cut, frame, { index: index + 1, count: cuts.length }), groupsDone };
  });
}

/** One message with all alerts; `null`: the alerts do not fit, which is rare. */
function planWhole(alerts: DecidedAlert[], frame: Frame): Omit<PlannedMessage, 'groupsDone'> | null {
  const planned = planMessage([{ full: alerts, shown: alerts, counted: [] }], frame, { index: 1, count: 1 });
  return measure(planned.message) <= maxMessageBytes ? planned : null;
}

function cutByWeight(groups: readonly WeighedGroup[], room: number): WeighedGroup[][] {
  const cuts: WeighedGroup[][] = [[]];
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

function weighGroup(
  group: readonly DecidedAlert[],
  isBacklog: boolean,
  room: number,
  measureAlerts: MeasureAlerts,
): WeighedGroup {
  const isInFull = ({ severity }: Alert) => !isBacklog || severity === 'critical' || severity === 'high';
  const shown = group.filter(isInFull);
  const counted = group.filter((alert) => !isInFull(alert));
  const bytes = measureAlerts(shown, shown);
  if (bytes <= room) return { full: shown, shown, counted, bytes };
  const share = Math.floor(room / shown.length);
  // The complete alert was measured above, and does not fit.
  const isTooBig = (smaller: Alert) => shown.length === 1 && smaller === shown[0];
  const full = shown.map((alert) =>
    shrinkAlert(alert, (smaller) => !isTooBig(smaller) && measureAlerts([smaller], [alert]) <= share),
  );
  return { full, shown, counted, bytes: measureAlerts(full, shown) };
}

/** The bytes that alerts add to a message. */
type MeasureAlerts = (full: DecidedAlert[], shown: DecidedAlert[]) => number;

/** Added for the separators between alerts, in the JSON event and in the mail. */
const separatorBytes = 100;

function buildMeasure(frame: Frame): MeasureAlerts {
  const empty = measure(serialise({ alerts: [] }, { alerts: [] }, frame, widestPart));
  return (full, shown) => {
    if (shown.length === 0) return 0;
    return measure(serialise({ alerts: full }, { alerts: shown }, frame, widestPart)) - empty + separatorBytes;
  };
}

/** The bytes of a message without its alerts: coverage, counts and query. */
function overheadBytes(frame: Frame, backlog: readonly Alert[]): number {
  const content = { alerts: [], ...countAlertsByKind(backlog, frame.context) };
  return measure(serialise(content, content, frame, widestPart)) + separatorBytes;
}

/**
 * The real numbers of parts are known only after the alerts are divided into messages. `widestPart` has more digits, so a measured message
 * is never too short.
 */
const widestPart = { index: 99_999, count: 99_999 };

function planMessage(
  cut: readonly Omit<WeighedGroup, 'bytes'>[],
  frame: Frame,
  part: Digest['part'],
): Omit<PlannedMessage, 'groupsDone'> {
  const backlog = cut.flatMap(({ counted }) => counted);
  const counts = countAlertsByKind(backlog, frame.context);
  const forJson = { alerts: sortWorstFirst(cut.flatMap(({ full }) => full)), ...counts };
  const forPeople = { alerts: sortWorstFirst(cut.flatMap(({ shown }) => shown)), ...counts };
  const { subject, message, digest } = serialise(forJson, forPeople, frame, part);
  const all = [...forPeople.alerts, ...backlog];
  const attributes = renderAttributes(all, forPeople.alerts[0] ?? backlog[0], frame.context);
  return { message: { subject, message, attributes }, alertCount: all.length, digest };
}

/** The text for mail, and the JSON event for every other protocol. */
function serialise(forJson: DigestContent, forPeople: DigestContent, frame: Frame, part: Digest['part']) {
  const { context, digestId, rendered } = frame;
  const alerts = forJson.alerts.map(({ openBefore: _, ...alert }: DecidedAlert) => alert);
  const digest = buildDigest({ ...forJson, alerts }, context, digestId, part);
  const shown = buildDigest(forPeople, context, digestId, part);
  const subject = renderSubject(shown, (alert) => rendered.headline(alert));
  const message = JSON.stringify({
    default: renderWireJson(digest),
    email: renderEmail(shown, rendered),
  });
  return { subject, message, digest };
}

function measure({ message }: { message: string }): number {
  return Buffer.byteLength(message, 'utf8');
}

/** Limits the accounts in the attribute, because SNS counts attributes in the size of a message. */
const mostAccountsInAttribute = 100;

/**
 * `first`: the worst alert. "Message attributes are sent only when the message structure is String, not JSON" (Amazon SNS Developer Guide,
 * "Amazon SNS message attributes"), so programs filter on the event topic: see event-messages.ts.
 */
function renderAttributes(alerts: readonly Alert[], first: Alert | undefined, { account }: DigestContext) {
  const regions = [...new Set(alerts.map(({ region }) => region))];
  const accounts = listAccounts(alerts).slice(0, mostAccountsInAttribute);
  const attributes: SnsMessage['attributes'] = {
    severity: { type: 'String', value: worstSeverity(alerts.map(({ severity }) => severity)) },
    region: { type: 'String.Array', value: renderWireJson(regions) },
    account:
      accounts.length === 0
        ? { type: 'String', value: account }
        : { type: 'String.Array', value: renderWireJson(accounts) },
  };
  if (first !== undefined) attributes['kind'] = { type: 'String', value: first.kind };
  return attributes;
}
