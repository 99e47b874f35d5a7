/** Decides what an answer about the whole fleet lacks: scans that did not run, regions that could not be listed, damaged items. */
import { isSilence } from '../../lambda/history/is-silence.ts';
import type { LatestState } from '../../lambda/history/latest-state.ts';
import type { RefusedItem } from '../../lambda/scan/interfaces.ts';

export type BlindSpot =
  /** No scan began for too long before the instant, and none after it. `since`: start of the last scan; `null`: no scan has ended. */
  | { kind: 'no-scan'; since: string | null }
  /** Instances of the region may exist that nothing is known of. */
  | { kind: 'region-not-listed'; region: string; reason: string }
  | { kind: 'item-not-read'; item: string; problem: string };

export interface KnownFleet {
  states: readonly Pick<LatestState, 'resource' | 'status' | 'firstSeenAt' | 'baselinedAt' | 'failure'>[];
  refused: readonly RefusedItem[];
  lastScan: { startedAt: string } | null;
}

/** `until`: the last instant of the question. `scanEveryMinutes`: in effect then. */
export function listBlindSpots(fleet: KnownFleet, until: string, scanEveryMinutes: number): BlindSpot[] {
  const { states, refused, lastScan } = fleet;
  const silence = lastScan === null ? Number.POSITIVE_INFINITY : Date.parse(until) - Date.parse(lastScan.startedAt);
  return [
    ...(isSilence(silence / 1000, scanEveryMinutes)
      ? [{ kind: 'no-scan', since: lastScan?.startedAt ?? null } as const]
      : []),
    ...states.flatMap((latest): BlindSpot[] => {
      const { region, instanceName } = latest.resource;
      if (instanceName !== null || !isUnlisted(latest, until, states)) return [];
      return [{ kind: 'region-not-listed', region, reason: latest.failure?.reason ?? 'not-read' }];
    }),
    ...refused.map(({ key, problem }) => ({ kind: 'item-not-read', item: key, problem }) as const),
  ];
}

/** A region that was listed before, and has instances, is in the answer: its instances are unknown. */
function isUnlisted(
  { resource, firstSeenAt, baselinedAt, failure }: KnownFleet['states'][number],
  until: string,
  states: KnownFleet['states'],
): boolean {
  if (firstSeenAt > until) return false;
  if (baselinedAt === null || baselinedAt > until) return true;
  if (failure === null || failure.since > until) return false;
  return !states.some(
    (other) =>
      other.resource.instanceName !== null && other.resource.region === resource.region && other.status !== 'gone',
  );
}
