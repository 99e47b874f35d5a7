import type { InstanceStatus } from '../../questions/fleet-status.ts';
import type { StatusView } from './choose-shown.ts';

/** What `portwatch status --json` prints; docs/command-line.md describes each field. */
export function toStatusDocument({ account, now, lastScan, instancesKnown, ratedBy, instances, regions }: StatusView) {
  return {
    schema: 'portwatch.status/1',
    account,
    askedAt: new Date(now).toISOString(),
    lastScan: lastScan && { startedAt: lastScan.startedAt, complete: lastScan.complete },
    instancesKnown,
    ratedBy,
    instances: instances.map(toInstance),
    regions,
  };
}

function toInstance({ resource, instance, reach, openToWorld, dormant, notes, ...rest }: InstanceStatus) {
  const { region, instanceName } = resource;
  return {
    region,
    instance: { name: instanceName, ...instance },
    ...rest,
    exposure: reach,
    openToWorld,
    dormant,
    notes,
  };
}
