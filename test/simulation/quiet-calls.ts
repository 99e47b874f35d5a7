/**
 * Calls of several callers, after the faults have ended, with known effects: a transient change, or two calls that make one change, with or
 * without an event that brings only the first call.
 */
import type { EventInstance } from '../../lambda/scan/decide/decide-event-instance.ts';
import type { Random } from '../support/random.ts';
import { probeFirewall } from './probe-oracle.ts';
import { rulePool } from './rule-pool.ts';
import { callOf } from './simulated-events.ts';
import type { TrueWorld } from './true-world.ts';

const kinds = ['transient', 'two calls', 'event of the first call alone'] as const;

export interface QuietCalls {
  kind: (typeof kinds)[number];
  /** The key of the instance. */
  key: string;
  /** The positions of the two changes in the world's log of that instance. */
  indexes: [number, number];
  /** The firewalls of the pool that the two changes set. */
  firewalls: [number, number];
}

/** `null`: there is no instance, or two of the drawn firewalls that must differ have the same exposure. */
export function drawQuietCalls(world: TrueWorld, random: Random): QuietCalls | null {
  const instances = [...world.regions].flatMap(([region, { instances: own }]) =>
    [...own].map(([name, instance]) => ({ key: `${region}#${name}`, instance })),
  );
  if (instances.length === 0) return null;
  const { key, instance } = random.pick(instances);
  const kind = random.pick(kinds);
  const others = rulePool.map((_, index) => index).filter((index) => index !== instance.firewall);
  const first = random.pick(others);
  const second = kind === 'transient' ? instance.firewall : random.pick(others.filter((index) => index !== first));
  const exposures = [instance.firewall, first, second].map((index) =>
    probeFirewall(rulePool[index]?.[0] ?? [], instance.ipAddressType),
  );
  if (new Set(exposures).size < (kind === 'transient' ? 2 : 3)) return null;
  const index = world.past.get(key)?.length ?? 0;
  return { kind, key, indexes: [index, index + 1], firewalls: [first, second] };
}

/** The event of the first call, for an event scan. */
export function eventOfFirst({ key, indexes: [index] }: QuietCalls, world: TrueWorld, account: string): EventInstance {
  const [region = '', instanceName = ''] = key.split('#');
  return { region, instanceName, calls: [callOf(world.past.get(key) ?? [], index, { region, instanceName, account })] };
}
