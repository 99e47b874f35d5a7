/** A monitor whose first scan is over, and the alerts of a later scan in short. */
import type { Alert } from '../../lambda/contract/json-event.ts';
import { account, Monitor } from './monitor.ts';
import { httpFromAnywhere, sshFromOffice } from './samples.ts';

export const region = 'eu-west-1';
export const web = { account, region, instanceName: 'web-1' };

export const kindsOf = (alerts: readonly Alert[]) =>
  alerts.map(({ kind, instance }) => (instance ? `${kind} ${instance.name}` : kind));

/** A monitor that has alerted the first listing of one region, with `web-1` and `db-1`. */
export async function watching(): Promise<Monitor> {
  const monitor = new Monitor(region);
  monitor.world.set(region, 'web-1', [httpFromAnywhere, sshFromOffice]);
  monitor.world.set(region, 'db-1', [sshFromOffice]);
  await monitor.scan();
  return monitor;
}

/** The latest state of `web-1`. */
export const stateOfWeb = (monitor: Monitor) => monitor.store.states.get(`${account}#${region}#web-1`);
