/**
 * Decides which groups of the outbox report the same news about several accounts (for example the same reminder), and are merged into one
 * alert. Pure.
 */
import type { StoredGroup } from './interfaces.ts';

/** Groups with an equal result are merged; `null`: the group is not merged. */
export function newsOf({ alerts }: StoredGroup): string | null {
  const [alert] = alerts;
  if (alert === undefined || alerts.length > 1) return null;
  const { kind, severity, approval } = alert;
  if (kind === 'all-is-well') return kind;
  if (kind === 'still-open') return `${kind} ${severity}`;
  if (approval?.origin !== 'configuration') return null;
  return JSON.stringify([kind, approval.id, approval.reason, approval.until]);
}
