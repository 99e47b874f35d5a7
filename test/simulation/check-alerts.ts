/** Checks each publish, and each mark after it (P3, P4). */
import type { SnsMessage } from '../../lambda/alerts/sns-message.ts';
import type { Alert, Digest } from '../../lambda/contract/json-event.ts';
import type { Attribution } from '../../lambda/history/attribution.ts';
import { resourceKey } from '../../lambda/history/resource-key.ts';
import { listRequiredAlerts } from './check-claims.ts';
import type { Chronicle, CommittedEntry, Publication } from './chronicle.ts';
import { describeProbes, probeReach } from './probe-oracle.ts';
import type { Fate } from './scheduler.ts';
import type { SimulatedScan } from './simulated-scan.ts';
import { mustBe } from './violation.ts';

/** The JSON event, as a program receives it. */
export function readAlerts(message: SnsMessage): Alert[] {
  const digest: Digest = JSON.parse(JSON.parse(message.message).default);
  mustBe(digest.counted === undefined, 'P3', () => 'alerts were counted and not sent, in so small a world');
  return digest.alerts;
}

/**
 * Checks one published alert: it belongs to a recorded entry, contains what the reads of that entry observed, and was not published before,
 * except in the cases that P3 allows. Returns true if it was published before.
 */
export function checkAlert(chronicle: Chronicle, alert: Alert, scan: SimulatedScan, fate: Fate): boolean {
  const name = `alert ${alert.kind} of ${resourceKey(chronicle.resource)} at ${alert.changedBefore}`;
  const step = chronicle.steps.find(({ entry }) => entry.at === alert.details.sk);
  mustBe(step?.isRecorded === true, 'P3', () => `${name}: the history has no such entry`);
  // An instance of a first listing may also have its own alert: with two scans at once, neither knows which one is first.
  const isSaid =
    step.requiredAlerts.includes(alert.kind) ||
    alert.kind === 'attributed' ||
    (step.entry.kind === 'baseline' && alert.kind === 'monitoring-started');
  mustBe(isSaid, 'P4', () => `${name}: its entry (${step.entry.kind}) does not allow this alert`);
  checkClaim(name, alert, step);
  const told = step.publications.get(alert.kind) ?? [];
  for (const earlier of told) {
    if (earlier.scan === scan && fate === 'retried') continue;
    // Another attribution of the same change is a separate alert.
    if (alert.kind === 'attributed' && earlier.alertId !== alert.alertId) continue;
    mustBe(earlier.alertId === alert.alertId, 'P3', () => `${name}: published again with another id`);
    mustBe(
      isExcused(earlier, scan),
      'P3',
      () => `${name}: published by scan ${earlier.scan.id} and, without reason, again by scan ${scan.id}`,
    );
  }
  const publication: Publication = {
    scan,
    alertId: alert.alertId,
    eventIds: alert.changedBy?.calls.map(({ eventId }) => eventId) ?? [],
    isUnknown: fate !== 'well',
    markedAt: null,
    hasSubscriber: scan.hasSubscriber === true,
  };
  step.publications.set(alert.kind, [...told, publication]);
  return told.length > 0;
}

/**
 * Checks an attribution that a scan stores: if its change was alerted and was found less than two hours before, the attribution must have
 * been published first. No message is needed if the attribution names no actor that `known`, the earlier attribution, does not name.
 */
export function checkFollowUp(
  chronicle: Chronicle,
  step: CommittedEntry,
  { foundAt, calls }: Attribution,
  known: Attribution | null,
  scan: SimulatedScan,
): void {
  const { entry, requiredAlerts, publications } = step;
  const isFresh = Date.parse(foundAt) - Date.parse(entry.at) < 1.9 * 60 * 60_000;
  const isTold = chronicle.alerted >= entry.version && requiredAlerts.some((kind) => kind !== 'readable-again');
  if (!isFresh || !isTold || scan.hasSubscriber === false || scan.hasFaults || scan.hasOverlapped) return;
  const name = `${resourceKey(chronicle.resource)} version ${entry.version}`;
  const isNews = known === null || calls.some(({ by }) => known.calls.every((call) => call.by !== by));
  if (!isNews) return;
  const isPublished = publications
    .get('attributed')
    ?.some(({ eventIds }) => calls.every(({ eventId }) => eventIds.includes(eventId)));
  mustBe(isPublished === true, 'P3', () => `the attribution of ${name} is stored, and was not published`);
}

/**
 * A second publication is allowed only if the publish or the mark of the first scan failed, or if both scans ran at the
 * same time.
 */
function isExcused(earlier: Publication, scan: SimulatedScan): boolean {
  if (earlier.isUnknown) return true;
  if (earlier.markedAt === null) return earlier.scan.hasFaults || earlier.scan.status === 'died' || scan.hasOverlapped;
  return scan.startedAt <= earlier.markedAt;
}

function checkClaim(name: string, alert: Alert, { entry, before, after }: CommittedEntry): void {
  const was = before?.exposure ?? 0n;
  const is = after?.exposure ?? 0n;
  const claims: Partial<Record<Alert['kind'], [opened: bigint, closed: bigint]>> = {
    'firewall-changed': [is & ~was, was & ~is],
    'instance-appeared': [is, 0n],
    'monitoring-started': [is, 0n],
    'instance-gone': [0n, was],
    'firewall-flapped': [probeReach(entry.opened), probeReach(entry.closed)],
  };
  const [opened, closed] = claims[alert.kind] ?? [0n, 0n];
  const wrong = (probeReach(alert.opened ?? []) ^ opened) | (probeReach(alert.closed ?? []) ^ closed);
  mustBe(wrong === 0n, 'P4', () => `${name}: wrong for ${describeProbes(wrong)}`);
  if (entry.resource.instanceName === null) return;
  const arn = alert.kind === 'instance-gone' && entry.kind === 'appeared' ? before?.arn : entry.instance?.arn;
  mustBe(alert.instance?.arn === arn, 'P4', () => `${name}: names ${alert.instance?.arn}, the entry has ${arn}`);
}

/** If a mark covers an entry, all alerts of that entry were published to a subscriber. */
export function checkMark(
  chronicle: Chronicle,
  region: Chronicle,
  version: number,
  scan: SimulatedScan,
  now: number,
): void {
  for (const step of chronicle.steps.slice(chronicle.alerted, version)) {
    const { entry, publications } = step;
    for (const published of publications.values()) {
      for (const publication of published) if (publication.scan === scan) publication.markedAt ??= now;
    }
    for (const kind of listRequiredAlerts(step, region)) {
      const published = publications.get(kind) ?? [];
      const name = `${kind} of ${resourceKey(chronicle.resource)} version ${entry.version}`;
      mustBe(
        published.some(({ hasSubscriber }) => hasSubscriber),
        'P3',
        () => `${name} is marked as alerted, and no subscriber received an alert`,
      );
    }
  }
  chronicle.alerted = Math.max(chronicle.alerted, version);
}
