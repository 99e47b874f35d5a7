import type { Approval } from '../../lambda/approvals/approval.ts';
import { configuredApprovals } from '../../lambda/approvals/configured-approvals.ts';
import type { RefusedItem } from '../../lambda/scan/interfaces.ts';
import type { DynamoDbHistoryReader } from './history-reader.ts';

/** The approvals of an account, and its settings at the instant that `loadApprovals` gets. */
export interface KnownApprovals {
  /** The approvals of the configuration, and those made by command if the settings allow them. Includes planned, ended and revoked ones. */
  approvals: Approval[];
  /** Approvals made by command in an account whose settings allow only approvals of the configuration. */
  notCounted: Approval[];
  /** Items of approvals that cannot be read. They approve nothing. */
  refused: RefusedItem[];
  isByCommandAllowed: boolean;
  /** The watched regions; `null`: every region, or no settings were recorded until this instant. */
  regions: readonly string[] | null;
}

export const allApprovals = ({ approvals, notCounted }: KnownApprovals): Approval[] => [...approvals, ...notCounted];

/**
 * Loads the approvals and the settings in effect at `at` with two Queries. If no settings were recorded until `at`, returns only the
 * approvals made by command. Throws ItemError if the settings cannot be read.
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
