import { toInstant } from '../../../lambda/history/instants.ts';
import type { Listeners } from '../../aws/load-listeners.ts';
import { type AccountNames, accountFields } from '../../questions/account-names.ts';
import type { InstanceStatus } from '../../questions/fleet-status.ts';
import { listNotDue } from '../../questions/regions-not-due.ts';
import { countListeners } from '../../text/describe-listeners.ts';
import type { StatusView } from './choose-shown.ts';

/** The document of `portwatch status --json`; docs/command-line.md describes each field. */
export function toStatusDocument(view: StatusView) {
  const { account, now, lastScan, instancesKnown, ratedBy, listeners, unapproved, waitingAlerts } = view;
  const { instances, regions, names, pass, accounts, hidden } = view;
  return {
    schema: 'portwatch.status/1',
    account,
    askedAt: toInstant(now),
    lastScan: lastScan && {
      startedAt: lastScan.startedAt,
      complete: lastScan.complete,
      regionsNotDue: listNotDue(lastScan),
    },
    waitingAlerts,
    ...(names !== null && { pass, accounts, blindSpots: hidden }),
    unapproved:
      unapproved?.map(({ since: _, account: owner, ...one }) => ({ ...accountFields(names, owner), ...one })) ?? null,
    instancesKnown,
    ratedBy,
    listeners: toListeners(listeners),
    instances: instances.map((instance) => toInstance(instance, names)),
    regions: regions.map(({ account: owner, ...region }) => ({ ...accountFields(names, owner), ...region })),
  };
}

/** Counts the listeners, because the document leaves out their addresses. */
function toListeners({ alerts, health, problem }: Listeners) {
  return { alerts: alerts && countListeners(alerts), health: health && countListeners(health), problem };
}

function toInstance(
  { resource, instance, reach, openToWorld, dormant, notes, ...rest }: InstanceStatus,
  names: AccountNames,
) {
  const { account, region, instanceName } = resource;
  return {
    ...accountFields(names, account),
    region,
    instance: { name: instanceName, ...instance },
    ...rest,
    exposure: reach,
    openToWorld,
    dormant,
    notes,
  };
}
