import type { Approval } from '../../lambda/approvals/approval.ts';
import { configuredApprovals } from '../../lambda/approvals/configured-approvals.ts';
import type { RefusedItem } from '../../lambda/scan/interfaces.ts';
import type { DynamoDbHistoryReader } from './history-reader.ts';

/** The approvals of an account, with the settings at one instant. */
export interface KnownApprovals {
  /** The approvals that count, in every phase: those of the configuration, then those made by command. */
  approvals: Approval[];
  /** Approvals made by command in an account whose settings allow only approvals of the configuration. */
  notCounted: Approval[];
  /** Items that cannot be read. Nobody knows what they approve, so they approve nothing. */
  refused: RefusedItem[];
  isByCommandAllowed: boolean;
  /** The regions that are watched; `null`: all, or no settings of that time are stored. */
  regions: readonly string[] | null;
}

/** Includes approvals that do not count. */
export const allApprovals = ({ approvals, notCounted }: KnownApprovals): Approval[] => [...approvals, ...notCounted];

/**
 * Makes two Queries. If no settings of that time are stored, returns only the approvals made by command. Throws ItemError if the settings
 * of that time cannot be read.
 */
export async function loadApprovals(
  reader: Pick<DynamoDbHistoryReader, 'loadApprovals' | 'loadSettingsAt'>,
  at: string,
): Promise<KnownApprovals> {
  const recorded = await reader.loadSettingsAt(at);
  const { approvals: made, refused } = await reader.loadApprovals();
  const configured = configuredApprovals(recorded?.settings.approved ?? []);
  const isByCommandAllowed = recorded?.settings.approvalsByCommand ?? true;
  return {
    approvals: isByCommandAllowed ? [...configured, ...made] : configured,
    notCounted: isByCommandAllowed ? [] : made,
    refused,
    isByCommandAllowed,
    regions: recorded?.settings.regions ?? null,
  };
}
