/**
 * The index `timeline` of the snapshot table: its name, keys and attributes. It holds the entries of all resources of an account by month
 * and instant.
 */
import type { Resource } from '../history/entry.ts';
import { resourceKey } from '../history/resource-key.ts';

export const timelineIndex = {
  name: 'timeline',
  partitionKey: 'timelineMonth',
  sortKey: 'timelineAt',
  /** Attributes that the index holds next to the keys: enough for a sentence about a change, without the rules. */
  projection: [
    'kind',
    'version',
    'verdict',
    'severity',
    'reason',
    'opened',
    'closed',
    'changedAfter',
    'changedBefore',
    'changedBy',
    'alertId',
    'expected',
  ],
} as const;

/** One month (`yyyy-mm`) of the index `timeline`. */
export const timelinePartition = (account: string, month: string): string => `${account}#${month}`;

export function timelineKeys(resource: Resource, at: string): Record<string, string> {
  return {
    [timelineIndex.partitionKey]: timelinePartition(resource.account, at.slice(0, 7)),
    [timelineIndex.sortKey]: `${at}#${resourceKey(resource)}`,
  };
}

/** The instant and the resource of a sort key `<instant>#<region>#<instanceName>`; a name can contain `#`. */
export function parseTimelineSortKey(account: string, sortKey: string): { at: string; resource: Resource } {
  const [at = '', region = '', ...name] = sortKey.split('#');
  return { at, resource: { account, region, instanceName: name.join('#') || null } };
}

/** `yyyy-mm` of every month from one instant to another, oldest first; none if `until` is before `from`. */
export function monthsBetween(from: string, until: string): string[] {
  const first = monthNumber(from);
  return Array.from({ length: Math.max(0, monthNumber(until) - first + 1) }, (_, index) => {
    const month = first + index;
    return `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`;
  });
}

const monthNumber = (instant: string): number => Number(instant.slice(0, 4)) * 12 + Number(instant.slice(5, 7)) - 1;
