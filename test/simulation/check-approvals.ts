/**
 * Checks the product's statements about approvals: the approved part of a change, changes without an alert, and the alerts that were sent.
 */
import type { Alert, AlertKind } from '../../lambda/contract/json-event.ts';
import { resourceKey } from '../../lambda/history/resource-key.ts';
import type { ApprovalBook } from './approval-book.ts';
import type { CommittedEntry } from './chronicle.ts';
import { describeProbes, probeReach } from './probe-oracle.ts';
import type { Fate } from './scheduler.ts';
import type { SimulatedScan } from './simulated-scan.ts';
import { mustBe } from './violation.ts';

const silenced: readonly AlertKind[] = ['firewall-changed', 'instance-appeared', 'firewall-flapped'];

/**
 * Checks the approvals of an entry, and removes the alert that they suppress from the required alerts. `seenAt`: the start of the scan, by
 * its own clock.
 */
export function checkApproved(step: CommittedEntry, seenAt: string, scan: SimulatedScan, book: ApprovalBook): void {
  const { entry } = step;
  const { resource, instance, kind, approved } = entry;
  if (resource.instanceName === null || !['changed', 'appeared', 'baseline', 'flapped'].includes(kind)) return;
  const name = `${resourceKey(resource)} version ${entry.version} (${kind})`;
  const [opened, closed] = [probeReach(entry.opened), probeReach(entry.closed)];
  const at = kind === 'flapped' ? entry.changedBefore : seenAt;
  const where = { region: resource.region, instanceName: resource.instanceName, arn: instance?.arn ?? null };
  const isExplained = kind !== 'flapped' || entry.changedBy?.fit === 'explained';
  const approvedProbes = isExplained ? book.approvedProbes(scan, where, at) : 0n;
  const parts = [approved?.opened ?? [], approved?.closed ?? []].map((list) =>
    probeReach(list.flatMap(({ reach }) => reach)),
  );
  const wrong = ((parts[0] ?? 0n) ^ (opened & approvedProbes)) | ((parts[1] ?? 0n) ^ (closed & approvedProbes));
  mustBe(wrong === 0n, 'approvals', () => `${name}: wrong about what is approved: ${describeProbes(wrong)}`);
  const isComplete = scan.approvals?.isComplete ?? true;
  mustBe(
    (approved?.isComplete ?? true) === isComplete,
    'approvals',
    () => `${name}: hides that approvals were not read`,
  );
  const rest = (opened & ~approvedProbes) | (book.alertClosings ? closed : closed & ~approvedProbes);
  const isCovered = rest === 0n && ((opened | closed) & approvedProbes) !== 0n;
  // Probes do not include dormant rules. With dormant rules, an arrival may be alerted.
  const mayBeLoud = entry.dormant.length > 0 && kind !== 'changed';
  const isSilent = approved?.isSilent === true;
  const isRight = entry.replaces !== null ? !isSilent : isSilent ? isCovered : !isCovered || mayBeLoud;
  mustBe(
    isRight,
    'approvals',
    () => `${name}: is ${isSilent ? 'silent' : 'sent'}, and ${describeProbes(rest)} is not approved`,
  );
  if (!isSilent) return;
  mustBe(entry.severity === 'info', 'approvals', () => `${name}: is silent, and ${entry.severity}`);
  step.requiredAlerts = step.requiredAlerts.filter((required) => !silenced.includes(required));
}

/** Checks one published alert about an approval. Returns true if it was published before. */
export function checkApprovalNews(alert: Alert, scan: SimulatedScan, fate: Fate, book: ApprovalBook): boolean {
  const id = alert.approval?.id ?? alert.details.sk;
  const name = `alert ${alert.kind} of approval ${id} at ${alert.changedBefore}`;
  const booked = book.booked.get(id);
  mustBe(booked !== undefined, 'approvals', () => `${name}: there is no such approval`);
  const { until, revoked } = booked.approval;
  const at = alert.changedBefore;
  if (alert.kind === 'approval-ended')
    mustBe(until !== null && until < at, 'approvals', () => `${name}: it has not ended`);
  if (alert.kind === 'approval-revoked')
    mustBe(revoked !== null && revoked.at <= at, 'approvals', () => `${name}: nobody has revoked it`);
  for (const { region, instanceName, reach } of alert.stillOpen ?? []) {
    const outside = probeReach(reach ?? []) & ~booked.probes;
    mustBe(
      outside === 0n,
      'approvals',
      () => `${name}: on ${region} ${instanceName} it did not cover ${describeProbes(outside)}`,
    );
  }
  const earlier = book.published.get(`${alert.kind} ${id}`) ?? [];
  const isNewEpisode = alert.kind === 'approval-unreadable';
  for (const one of isNewEpisode || fate === 'retried' ? [] : earlier) {
    mustBe(one.alertId === alert.alertId, 'approvals', () => `${name}: published again with another id`);
    const isExcused =
      one.isUnknown || one.scan.hasFaults || !one.scan.hasReturned || one.scan.hasOverlapped || scan.hasOverlapped;
    mustBe(isExcused, 'approvals', () => `${name}: published by scan ${one.scan.id} and again by scan ${scan.id}`);
  }
  const hasSubscriber = scan.hasSubscriber === true;
  const publication = { scan, alertId: alert.alertId, isUnknown: fate !== 'well', hasSubscriber };
  book.published.set(`${alert.kind} ${id}`, [...earlier, publication]);
  return earlier.length > 0;
}

/** Checks at the end of a run that each approval was alerted, and also its end if it has ended. `at`: the start of the last scan. */
export function checkAllNews(book: ApprovalBook, at: string): void {
  const isTold = (kind: AlertKind, id: string) =>
    book.published.get(`${kind} ${id}`)?.some(({ hasSubscriber }) => hasSubscriber) === true;
  for (const [id, { approval }] of book.booked) {
    mustBe(isTold('approved', id), 'approvals', () => `nobody heard that ${id} was approved`);
    const isOver = approval.revoked !== null || (approval.until !== null && approval.until < at);
    const isTold2 = isTold('approval-ended', id) || isTold('approval-revoked', id);
    mustBe(isTold2 === isOver, 'approvals', () => `the end of ${id} was ${isTold2 ? '' : 'not '}alerted`);
  }
}
