import type { Listeners } from '../../aws/listeners.ts';
import type { InstanceStatus } from '../../questions/fleet-status.ts';
import { listNotDue } from '../../questions/regions-not-due.ts';
import { countListeners } from '../../text/describe-listeners.ts';
import type { StatusView } from './choose-shown.ts';

/** What `portwatch status --json` prints; docs/command-line.md describes each field. */
export function toStatusDocument(view: StatusView) {
  const { account, now, lastScan, instancesKnown, ratedBy, listeners, unapproved, waitingAlerts, instances, regions } =
    view;
  return {
    schema: 'portwatch.status/1',
    account,
    askedAt: new Date(now).toISOString(),
    lastScan: lastScan && {
      startedAt: lastScan.startedAt,
      complete: lastScan.complete,
      regionsNotDue: listNotDue(lastScan),
    },
    waitingAlerts,
    unapproved: unapproved?.map(({ since: _, ...one }) => one) ?? null,
    instancesKnown,
    ratedBy,
    listeners: toListeners(listeners),
    instances: instances.map(toInstance),
    regions,
  };
}

/** Without addresses. */
function toListeners({ alerts, health, problem }: Listeners) {
  return { alerts: alerts && countListeners(alerts), health: health && countListeners(health), problem };
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
